// Command picture draws what a terminal showed: it reads a recording with its colours and cursor movements, and writes
// the screen at the end as SVG. The picture of the README is made by
//
//	go build -o lapidary ./cmd/lapidary
//	stty cols 100; script -qec "./lapidary quickstart" /dev/null | go run ./demo/picture --title "lapidary quickstart" > docs/quickstart.svg
package main

import (
	"bufio"
	"flag"
	"io"
	"log"
	"os"
)

func main() {
	title := flag.String("title", "lapidary quickstart", "the command line to show above")
	flag.Parse()
	recorded, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	w := bufio.NewWriter(os.Stdout)
	draw(w, *title, show(string(recorded)))
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
}
