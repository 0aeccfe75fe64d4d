"""Reports for people and pipelines: terminal tables, JSON, Markdown, HTML pages and plots."""
