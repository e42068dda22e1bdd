package main

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"
)

// noArgs refuses what stands after the flags.
func noArgs(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("%s takes flags only; %q was not expected", c.CommandPath(), args[0])
	}
	return nil
}

// printJSON writes one line, without HTML's escapes.
func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
