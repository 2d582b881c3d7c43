// Reads into a struct, or with the argument "map" into a map.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

type event struct {
	Type *json.RawMessage `json:"type"`
	Kind *json.RawMessage `json:"kind"`
}

func read(body []byte, key string) string {
	var raw *json.RawMessage
	if len(os.Args) > 1 && os.Args[1] == "map" {
		var members map[string]json.RawMessage
		if json.Unmarshal(body, &members) != nil {
			return "error"
		}
		if value, found := members[key]; found {
			raw = &value
		}
	} else {
		var members event
		if json.Unmarshal(body, &members) != nil {
			return "error"
		}
		if raw = members.Type; key == "kind" {
			raw = members.Kind
		}
	}
	if raw == nil {
		return "nothing"
	}
	var text *string
	if json.Unmarshal(*raw, &text) != nil || text == nil {
		return "other"
	}
	return "string " + hex.EncodeToString([]byte(*text))
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		body, _ := hex.DecodeString(fields[1])
		fmt.Println(read(body, fields[0]))
	}
}
