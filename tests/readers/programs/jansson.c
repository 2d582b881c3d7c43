#include <jansson.h>

#include "lines.h"

int main(void) {
    struct question question;
    while (ask(&question)) {
        json_t *json = json_loadb(question.body, question.length, 0, NULL), *value;
        if (json == NULL) {
            say("error");
        } else if ((value = json_object_get(json, question.key)) == NULL) {
            say("nothing");
        } else if (!json_is_string(value)) {
            say("other");
        } else {
            const char *text = json_string_value(value);
            say_string(text, strlen(text));
        }
        json_decref(json);
    }
    return 0;
}
