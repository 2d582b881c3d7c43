#include <json-c/json.h>

#include "lines.h"

int main(void) {
    struct question question;
    while (ask(&question)) {
        /* As json_tokener_parse does: up to the NUL. */
        struct json_object *json = json_tokener_parse(question.body), *value;
        if (json == NULL) {
            say("error");
        } else if (!json_object_is_type(json, json_type_object) ||
                   !json_object_object_get_ex(json, question.key, &value)) {
            say("nothing");
        } else if (!json_object_is_type(value, json_type_string)) {
            say("other");
        } else {
            const char *text = json_object_get_string(value);
            say_string(text, strlen(text));
        }
        json_object_put(json);
    }
    return 0;
}
