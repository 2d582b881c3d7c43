#include <nlohmann/json.hpp>

#include "lines.h"

int main() {
    question question;
    while (ask(&question)) {
        try {
            auto json = nlohmann::json::parse(question.body, question.body + question.length);
            if (!json.is_object() || !json.contains(question.key)) {
                say("nothing");
            } else if (!json[question.key].is_string()) {
                say("other");
            } else {
                auto text = json[question.key].get<std::string>();
                say_string(text.data(), text.size());
            }
        } catch (const nlohmann::json::exception &) {
            say("error");
        }
    }
}
