// Reads by gjson, which checks nothing unless asked to.
package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"strings"

	"github.com/tidwall/gjson"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fields := strings.Split(lines.Text(), "\t")
		body, _ := hex.DecodeString(fields[1])
		value := gjson.GetBytes(body, fields[0])
		switch {
		case !value.Exists():
			fmt.Println("nothing")
		case value.Type != gjson.String:
			fmt.Println("other")
		default:
			fmt.Println("string " + hex.EncodeToString([]byte(value.Str)))
		}
	}
}
