package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"lapidary/internal/bound"
	"lapidary/lora"
	"lapidary/tensor/safetensors"
)

func inspectVerb() *cobra.Command {
	var asJSON bool
	var hash string
	c := &cobra.Command{
		Use:   "inspect PATH",
		Short: "What is in a checkpoint, adapter, safetensors file or training checkpoint",
		Example: `  lapidary inspect out
  lapidary inspect --json --hash out/adapter_model.safetensors`,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return usagef("lapidary inspect takes one path")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			if hash != "" && hash != "raw" {
				return usagef("--hash=%s: safetensors are hashed as they are: --hash", hash)
			}
			path := weightsIn(args[0])
			if isGGUF(path) {
				return badInput(fmt.Errorf("%s is a GGUF file: this version reads safetensors only", path))
			}
			s, err := safetensors.Inspect(path, hash != "")
			if err != nil {
				return badInput(err)
			}
			if asJSON {
				return printJSON(c.OutOrStdout(), s)
			}
			return printSummary(c.OutOrStdout(), s)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	c.Flags().StringVar(&hash, "hash", "", "add the SHA-256 of each tensor's bytes")
	c.Flags().Lookup("hash").NoOptDefVal = "raw"
	return c
}

// weightsIn is the adapter's file in the directory of an adapter or a training checkpoint, else the path itself.
func weightsIn(path string) string {
	adapter := filepath.Join(path, lora.WeightsFile)
	if _, err := os.Stat(adapter); err == nil {
		return adapter
	}
	return path
}

// isGGUF looks at the first bytes of a file.
func isGGUF(path string) bool {
	f, _, err := bound.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var magic [4]byte
	_, err = io.ReadFull(f, magic[:])
	return err == nil && string(magic[:]) == "GGUF"
}

func printSummary(out io.Writer, s *safetensors.Summary) error {
	w := tabwriter.NewWriter(out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "TENSOR\tDTYPE\tSHAPE")
	var values int64
	for _, t := range s.Tensors {
		n := int64(1)
		for _, d := range t.Shape {
			n *= int64(d)
		}
		values += n
		fmt.Fprintf(w, "%s\t%s\t%v", bound.Escape(t.Name, 120), t.DType, t.Shape)
		if t.SHA256 != "" {
			fmt.Fprintf(w, "\t%s", t.SHA256)
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for k, v := range s.Metadata {
		fmt.Fprintf(out, "metadata %s: %s\n", bound.Escape(k, 60), bound.Escape(v, 120))
	}
	fmt.Fprintf(out, "%s, %d tensors, %s values\n", s.Format, len(s.Tensors), count(values))
	return nil
}
