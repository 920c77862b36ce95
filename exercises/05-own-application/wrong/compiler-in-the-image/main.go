// Command quay says what lies at the quay.
package main

import (
	"fmt"
	"os"
)

func main() {
	ships := os.Args[1:]
	if len(ships) == 0 {
		fmt.Println("the quay is empty")
	}
	for _, ship := range ships {
		fmt.Println(ship, "lies at the quay")
	}
}
