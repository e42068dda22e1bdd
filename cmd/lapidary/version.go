package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/klauspost/cpuid/v2"
	"github.com/spf13/cobra"

	"lapidary/kernels"
)

// version is set by the release build (-ldflags "-X main.version=…").
var version = "dev"

func versionVerb() *cobra.Command {
	var levels, asJSON bool
	c := &cobra.Command{
		Use:     "version",
		Short:   "Version, commit, Go, CPU and kernel level",
		Example: "  lapidary version\n  lapidary version --levels",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if levels {
				for _, l := range kernels.Levels() {
					fmt.Fprintln(c.OutOrStdout(), l)
				}
				return nil
			}
			b := buildInfo()
			if asJSON {
				return printJSON(c.OutOrStdout(), b)
			}
			fmt.Fprintf(c.OutOrStdout(), "lapidary %s (%s)\n%s %s/%s\nCPU %s, %d cores, level %s\n",
				b.Version, b.Commit, b.Go, b.OS, b.Arch, b.CPU, b.Cores, b.Level)
			return nil
		},
	}
	c.Flags().BoolVar(&levels, "levels", false, "list the kernel levels of this CPU, lowest first")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return c
}

// build describes the program and the machine it runs on.
type build struct {
	Version string `json:"version"`
	Commit  string `json:"commit"`
	Go      string `json:"go"`
	OS      string `json:"os"`
	Arch    string `json:"arch"`
	CPU     string `json:"cpu"`
	Cores   int    `json:"cores"`
	Level   string `json:"level"`
}

func buildInfo() build {
	b := build{Version: version, Commit: "unknown", Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		CPU: strings.TrimSpace(cpuid.CPU.BrandName), Cores: runtime.NumCPU(), Level: kernels.Active().String()}
	if b.CPU == "" {
		b.CPU = "unknown"
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	dirty := ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value[:min(12, len(s.Value))]
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+changes"
			}
		}
	}
	b.Commit += dirty
	return b
}
