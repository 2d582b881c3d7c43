#include <yajl/yajl_tree.h>

#include "lines.h"

int main(void) {
    struct question question;
    while (ask(&question)) {
        const char *path[] = {question.key, NULL};
        yajl_val json = yajl_tree_parse(question.body, NULL, 0);
        yajl_val value = json == NULL ? NULL : yajl_tree_get(json, path, yajl_t_any);
        if (json == NULL) {
            say("error");
        } else if (value == NULL) {
            say("nothing");
        } else if (!YAJL_IS_STRING(value)) {
            say("other");
        } else {
            say_string(YAJL_GET_STRING(value), strlen(YAJL_GET_STRING(value)));
        }
        yajl_tree_free(json);
    }
    return 0;
}
