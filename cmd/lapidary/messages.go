package main

import (
	"fmt"
	"os"
)

// Messages go to standard error; results alone go to standard output.

// quiet is set by --quiet.
var quiet bool

// say tells what was done.
func say(format string, args ...any) {
	if !quiet {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}
}

// warn tells what a user should look at; --quiet does not silence it.
func warn(err error) { fmt.Fprintln(os.Stderr, "warning: "+err.Error()) }
