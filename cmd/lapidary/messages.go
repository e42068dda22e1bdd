package main

import (
	"fmt"
	"log/slog"
	"os"
)

// Messages go to standard error; results alone go to standard output.

// quiet and logLevel are set by --quiet and --log-level.
var (
	quiet    bool
	logLevel slog.LevelVar
)

// silent reports that progress and remarks are not wanted.
func silent() bool { return quiet || logLevel.Level() > slog.LevelInfo }

// say tells what was done.
func say(format string, args ...any) {
	if !silent() {
		fmt.Fprintf(os.Stderr, format+"\n", args...)
	}
}

// warn tells what a user should look at; --quiet does not silence it.
func warn(err error) {
	if logLevel.Level() <= slog.LevelWarn {
		fmt.Fprintln(os.Stderr, "warning: "+err.Error())
	}
}
