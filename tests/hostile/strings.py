"""Strings that have broken other programs, one or more of each kind."""

from __future__ import annotations

NAUGHTY: dict[str, tuple[str, ...]] = {
    "escape sequences": ("\x1b[31mred", "a\x1b[2Jb", "\x1b]8;;http://x.test\x1b\\link\x1b]8;;\x1b\\", "\x1bc", "\x1b[6n"),
    "terminal titles": ("\x1b]0;title\x07", "\x1b]2;t\x1b\\", "\x1bPq#0;2;0;0;0\x1b\\"),
    "C1 controls": ("\x9b31mred", "\x9d0;title\x9c", "a\x85b", "\x90q\x9c"),
    "C0 controls": ("\x07bell", "a\x08b", "a\tb", "a\rb", "\x7f", "a\x0bb\x0c"),
    "line breaks": ("a\nb", "a\r\nb", "a\u2028b", "a\u2029b", "\n", "a\n::error::b"),
    "NUL": ("\0", "a\0b", "a.safetensors\0.png"),
    "directions": ("\u202egnp.exe", "\u2066a\u2069", "a\u200fb", "\u061c", "\u202a\u202b\u202d"),
    "invisible": ("\u200b", "a\u00adb", "\u2060", "\ufeff", "a\u3164", "\U000e0041\U000e0042", "\u00a0"),
    "lone surrogates": ("\ud83d", "a\udc80b", "\udcff\udcfe", "\ude00\ud83d"),
    "not characters": ("\uffff", "\ufdd0", "\U0010ffff", "\ue000"),
    "emoji": ("\U0001f469\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "\u2764\ufe0f", "1\ufe0f\u20e3"),
    "combining": ("a" + "\u0301" * 60, "\u0301", "\u0628\u0651\u0650", "Z\u0351\u036b\u0343\u036a\u0302"),
    "look-alikes": ("\u0430dmin", "\u2170", "\ufb01", "\u212b", "\u0130", "\u1e9e", "\u01c4"),
    "other scripts": ("\u0441\u043b\u043e\u0439", "\u6a21\u578b", "\u0645\u0631\u062d\u0628\u0627", "\u05e9\u05dc\u05d5\u05dd"),
    "very long": ("x" * 201, "x" * 5000, "x." * 2000, "\u6f22" * 90),
    "paths that climb": ("../x", "../../etc/passwd", "/etc/passwd", "a/../../b", "..", ".", "a/./b", "~/x", "//x", "a//b"),
    "other systems' paths": ("..\\x", "C:\\x", "\\\\host\\x", "file:///x", "a:b", "x::$DATA", "a\\b"),
    "devices": ("CON", "nul", "a.AUX", "com1", "LPT9.txt", "con.weight", "COM\u00b9", "CLOCK$", "PRN."),
    "endings": ("a.", "a ", " a", ".hidden", "-rf", "--force", "-", "a..b", ".a"),
    "markup": ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</title><svg onload=alert(1)>", "&lt;b&gt;", "<!--"),
    "attributes": ("\" onmouseover=\"alert(1)", "' autofocus onfocus='alert(1)", "javascript:alert(1)", "x\" style=\"y"),
    "Markdown": ("[a](http://x.test)", "![a](x)", "**a**", "`a`", "```\nsh", "| a | b |", "# a", "- a", "~~a~~", "<b>", "$x$"),
    "JSON": ('"', '\\', '","x":"', "\\u0000", '{"a":1}', "]}", "\\ud800", "__proto__", "constructor"),
    "YAML": ("*a", "&a", "!!python/object:os.system", "- a", "? a", "a: b", "#a", "|", ">", "%a", "@a", "`", "{a", "[a", "<<", "~", "---", "..."),
    "shell": ("$(touch x)", "`touch x`", "; rm x", "| cat", "a'b", 'a"b', "$HOME", "> x", "&& x", "*", "!!", "a\\"),
    "formats": ("%s%s%n", "%08x", "{0}", "{}", "{0.__class__}", "{i}", "${1}", "${", "${d}", "%(a)s", "$a", "{{", "}}"),
    "formulas": ("=1+1", "+1", "@SUM(1)", "-1+1", "=cmd|'/c calc'!A0", "=HYPERLINK(\"x\")"),
    "SQL": ("'; DROP TABLE x; --", "1 OR 1=1"),
    "numbers": ("1e400", "0x10", "NaN", "inf", "1_000", "010", "-0", "1.5", "9" * 70, "\u0663"),
    "words": ("null", "true", "no", "None", "undefined", "__metadata__", "input", "__class__", "dense_0", ""),
}  # fmt: skip
"""The strings by kind."""

ALL = tuple(dict.fromkeys(text for texts in NAUGHTY.values() for text in texts))
