package lapidary_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// layers orders the rooms: a package may import only packages of a lower layer, and of its own layer only those named
// in sameLayer. A room that is not listed fails the test. The files are parsed here, in-process: a test that asked
// the go command instead would be served from the test cache after an import changed.
var layers = map[string]int{
	"kernels": 0, "internal/durable": 0, "internal/bound": 0, "internal/testshared": 0,
	"tensor": 1, "tensor/safetensors": 1, "tensor/gguf": 1,
	"autograd": 2, "autograd/nn": 2, "autograd/optim": 2, "autograd/gradcheck": 2, "tokenizer": 2,
	"model/gemma2": 3, "tokenizer/chat": 3,
	"data": 4, "lora": 4, "generate": 4,
	"train": 5, "eval": 5,
	"finetune": 6, "demo": 6, "serve": 6,
	"cmd/lapidary": 7, "bench": 7,
}

var sameLayer = map[string][]string{
	"internal/durable":   {"internal/bound"},
	"tensor/safetensors": {"tensor"},
	"tensor/gguf":        {"tensor"},
	"demo":               {"finetune"},
	"autograd/nn":        {"autograd"},
	"autograd/optim":     {"autograd", "autograd/nn"},
	"autograd/gradcheck": {"autograd", "autograd/nn"},
}

// never names what the layers alone would allow.
var never = map[string][]string{
	"train":          {"model/gemma2", "lora"},
	"data":           {"kernels", "tensor", "tensor/safetensors", "autograd", "autograd/nn", "autograd/optim", "model/gemma2"},
	"tokenizer":      {"kernels", "tensor", "tensor/safetensors"},
	"tokenizer/chat": {"kernels", "tensor", "tensor/safetensors", "autograd", "autograd/nn"},
	"lora":           {"model/gemma2"},
}

// topLayer is where examples and tools live: they may import anything.
const topLayer = 8

// room returns the listed room that a package folder belongs to; a sub-folder is part of its nearest listed parent.
func room(dir string) (string, int, bool) {
	for d := dir; d != "."; d = path.Dir(d) {
		if l, ok := layers[d]; ok {
			return d, l, true
		}
		if d == "examples" || d == "." {
			return d, topLayer, true
		}
	}
	return dir, 0, false
}

func TestImportsPointDownward(t *testing.T) {
	var wrong []string
	err := eachImport(func(file, from, to string) {
		if w := judge(from, to); w != "" {
			wrong = append(wrong, file+": "+w)
		}
	})
	require.NoError(t, err)
	require.Empty(t, wrong, "imports that the layers forbid:\n%s", strings.Join(wrong, "\n"))
}

func TestImportRulesCanFail(t *testing.T) {
	require.NotEmpty(t, judge("kernels", "tensor"), "an upward import")
	require.NotEmpty(t, judge("train", "model/gemma2"), "a forbidden pair")
	require.NotEmpty(t, judge("lora", "generate"), "an unnamed pair of one layer")
	require.NotEmpty(t, judge("attic", "kernels"), "a room that nobody listed")
	require.Empty(t, judge("train", "autograd/nn"))
}

// judge says what is wrong with an import, or nothing.
func judge(from, to string) string {
	a, la, ok := room(from)
	b, lb, okb := room(to)
	switch {
	case !ok:
		return from + " has no layer: list it in deps_test.go"
	case !okb:
		return to + " has no layer: list it in deps_test.go"
	case a == b || slices.Contains(sameLayer[a], b):
		return ""
	case slices.Contains(never[a], b):
		return a + " must not know " + b
	case lb >= la:
		return a + " imports " + b + ", which is not below it"
	}
	return ""
}

// eachImport calls f for every import of this module's packages in non-test files.
func eachImport(f func(file, from, to string)) error {
	return filepath.WalkDir(".", func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if n := d.Name(); p != "." && (strings.HasPrefix(n, ".") || n == "testdata" || n == "tools") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_test.go") || path.Dir(filepath.ToSlash(p)) == "." {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, im := range file.Imports {
			name, err := strconv.Unquote(im.Path.Value)
			if err != nil {
				return err
			}
			if to, ok := strings.CutPrefix(name, "lapidary/"); ok {
				f(p, path.Dir(filepath.ToSlash(p)), to)
			}
		}
		return nil
	})
}
