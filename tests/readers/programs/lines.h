/* How a reader in C or C++ is asked and answers; readers.py says the same in words. */
#ifndef LINES_H
#define LINES_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One question: the member to look for, and the body, which has a NUL behind it that does not count. */
struct question {
    char key[64];
    char *body;
    size_t length;
};

static int ask(struct question *question) {
    static char line[1 << 20];
    static char body[1 << 19];
    char *hex, *end;
    if (fgets(line, sizeof line, stdin) == NULL) return 0;
    hex = strchr(line, '\t');
    if (hex == NULL) return 0;
    *hex++ = 0;
    snprintf(question->key, sizeof question->key, "%s", line);
    end = hex + strspn(hex, "0123456789abcdef");
    question->length = (size_t)(end - hex) / 2;
    for (size_t at = 0; at < question->length; at++) {
        unsigned byte;
        sscanf(hex + 2 * at, "%2x", &byte);
        body[at] = (char)byte;
    }
    body[question->length] = 0;
    question->body = body;
    return 1;
}

static void say(const char *what) {
    puts(what);
    fflush(stdout);
}

static void say_string(const char *text, size_t length) {
    printf("string ");
    for (size_t at = 0; at < length; at++) printf("%02x", (unsigned char)text[at]);
    say("");
}
#endif
