/* TestU01's batteries over the words on standard input, for tests/certificate/words.py.
 *
 *     cc -O2 -o testu01 tests/certificate/testu01.c -ltestu01 -lprobdist -lmylib -lm
 *     python -m tests.certificate.words | ./testu01 SmallCrush
 *     python -m tests.certificate.words | ./testu01 Crush reversed
 *
 * The batteries look at the high bits of a word more than at the low ones; "reversed" turns each word round.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bbattery.h>
#include <unif01.h>

static int reversed;

static unsigned int next_word(void) {
    uint32_t word;
    if (fread(&word, sizeof word, 1, stdin) != 1) {
        fputs("testu01: the words have come to an end\n", stderr);
        exit(2);
    }
    if (!reversed)
        return word;
    uint32_t turned = 0;
    for (int bit = 0; bit < 32; bit++)
        turned |= (word >> bit & 1u) << (31 - bit);
    return turned;
}

int main(int count, char **arguments) {
    const char *battery = count > 1 ? arguments[1] : "SmallCrush";
    reversed = count > 2 && strcmp(arguments[2], "reversed") == 0;
    unif01_Gen *words = unif01_CreateExternGenBits(reversed ? "winitgen, reversed" : "winitgen", next_word);
    if (strcmp(battery, "SmallCrush") == 0)
        bbattery_SmallCrush(words);
    else if (strcmp(battery, "Crush") == 0)
        bbattery_Crush(words);
    else if (strcmp(battery, "BigCrush") == 0)
        bbattery_BigCrush(words);
    else {
        fprintf(stderr, "testu01: unknown battery '%s': SmallCrush, Crush or BigCrush\n", battery);
        return 2;
    }
    unif01_DeleteExternGenBits(words);
    return 0;
}
