// Command tide says over HTTP how high the water stands in the dock.
package main

import (
	"encoding/json"
	"flag"
	"log"
	"net/http"
	"os"
	"runtime"
)

func main() {
	listen := flag.String("listen", ":8080", "address to listen at")
	flag.Parse()
	http.HandleFunc("/tide", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		answer := map[string]any{"metres": 5.8, "uid": os.Getuid(), "architecture": runtime.GOARCH}
		if err := json.NewEncoder(w).Encode(answer); err != nil {
			log.Print(err)
		}
	})
	log.Printf("tide listens at %s", *listen)
	log.Fatal(http.ListenAndServe(*listen, nil))
}
