#include <cjson/cJSON.h>

#include "lines.h"

/* With an argument, names are compared as they are. */
int main(int count, char **arguments) {
    struct question question;
    (void)arguments;
    while (ask(&question)) {
        cJSON *json = cJSON_Parse(question.body), *value;
        value = count > 1 ? cJSON_GetObjectItemCaseSensitive(json, question.key)
                          : cJSON_GetObjectItem(json, question.key);
        if (json == NULL) {
            say("error");
        } else if (value == NULL) {
            say("nothing");
        } else if (!cJSON_IsString(value)) {
            say("other");
        } else {
            say_string(value->valuestring, strlen(value->valuestring));
        }
        cJSON_Delete(json);
    }
    return 0;
}
