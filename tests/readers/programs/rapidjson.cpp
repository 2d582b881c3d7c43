#include <rapidjson/document.h>

#include "lines.h"

int main() {
    question question;
    while (ask(&question)) {
        rapidjson::Document json;
        json.Parse(question.body, question.length);
        if (json.HasParseError()) {
            say("error");
        } else if (!json.IsObject() || !json.HasMember(question.key)) {
            say("nothing");
        } else if (!json[question.key].IsString()) {
            say("other");
        } else {
            say_string(json[question.key].GetString(), json[question.key].GetStringLength());
        }
    }
}
