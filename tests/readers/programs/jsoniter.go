// Reads into a struct by json-iterator, as a drop-in for encoding/json.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	jsoniter "github.com/json-iterator/go"
)

type event struct {
	Type interface{} `json:"type"`
	Kind interface{} `json:"kind"`
}

func main() {
	json := jsoniter.ConfigCompatibleWithStandardLibrary
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		body, _ := hex.DecodeString(fields[1])
		var members event
		if json.Unmarshal(body, &members) != nil {
			fmt.Println("error")
			continue
		}
		value := members.Type
		if fields[0] == "kind" {
			value = members.Kind
		}
		switch value := value.(type) {
		case nil:
			fmt.Println("nothing")
		case string:
			fmt.Println("string " + hex.EncodeToString([]byte(value)))
		default:
			fmt.Println("other")
		}
	}
}
