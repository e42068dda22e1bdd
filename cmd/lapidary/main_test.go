package main

import (
	"os"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"
)

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

// Every option has a line of help, and every verb an example.
func TestHelpIsComplete(t *testing.T) {
	for _, group := range verbs() {
		for _, verb := range append(group.Commands(), group) {
			require.NotEmpty(t, verb.Example, verb.Name())
			verb.Flags().VisitAll(func(f *pflag.Flag) {
				require.NotEmpty(t, f.Usage, "%s --%s", verb.Name(), f.Name)
			})
		}
	}
}

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		args []string
		code int
	}{
		{[]string{"version"}, 0},
		{[]string{"train", "--help"}, 0},
		{[]string{"fly"}, exitUsage},
		{[]string{"train"}, exitUsage},
		{[]string{"train", "--learning-rate", "fast"}, exitUsage},
		{[]string{"train", "--model", dir, "--data", dir, "--output-dir", dir + "/out"}, exitInput},
		{[]string{"score", "--model", dir + "/none", "--data", dir}, exitInput},
		{[]string{"generate", "--model", dir, "--prompt", "a", "--messages", "b"}, exitUsage},
		{[]string{"merge", "--model", dir, "--adapter", dir, "--output-dir", dir + "/out", "--dtype", "int3"}, exitUsage},
		{[]string{"tokenize", "--tokenizer", dir}, exitInput},
		{[]string{"inspect", dir}, exitInput},
		{[]string{"init", "--shape", "tinny", "--output-dir", dir + "/out"}, exitUsage},
	} {
		require.Equal(t, c.code, run(c.args), "%v", c.args)
	}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, entries, "a refused command writes nothing")
}
