// Command functioncalling writes the example data set: conversations about tools that do not exist, so that nothing in
// them is taken from anywhere. The same program always writes the same files.
//
//	go run ./examples/functioncalling examples/functioncalling
package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"lapidary/internal/durable"
)

const (
	trainRows = 160
	validRows = 40
	seed      = 7
)

func main() {
	dir := "."
	if len(os.Args) > 1 {
		dir = os.Args[1]
	}
	for name, write := range files() {
		if err := durable.WriteFile(filepath.Join(dir, name), write, 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func files() map[string]func(io.Writer) error {
	return map[string]func(io.Writer) error{
		"train.jsonl": func(w io.Writer) error { return writeRows(w, "train", trainRows, false) },
		"valid.jsonl": func(w io.Writer) error { return writeRows(w, "valid", validRows, true) },
	}
}

func writeRows(w io.Writer, name string, n int, held bool) error {
	seen := map[string]bool{}
	for i, draw := 0, uint64(0); i < n; draw++ {
		source := uint64(seed)
		if held {
			source++
		}
		g := &generator{rng: rand.New(rand.NewPCG(source, draw)), held: held}
		row := g.conversation(i)
		if seen[row] {
			continue
		}
		seen[row] = true
		if _, err := fmt.Fprintf(w, "{\"id\": \"%s-%03d\", %s}\n", name, i, row); err != nil {
			return err
		}
		i++
	}
	return nil
}

type generator struct {
	rng  *rand.Rand
	held bool
}

func (g *generator) pick(list []string) string { return list[g.rng.IntN(len(list))] }

// conversation writes messages and tools. Row i decides its kind: of five, three call one tool, one calls two at once,
// and one calls nothing.
func (g *generator) conversation(i int) string {
	offered := g.offer()
	var turns []string
	switch i % 5 {
	case 3:
		turns = g.twoCalls(offered)
	case 4:
		chat := chats[g.rng.IntN(len(chats))]
		turns = []string{turn("user", chat[0]), turn("assistant", chat[1])}
	default:
		turns = g.oneCall(offered[0], i%2 == 0)
	}
	g.rng.Shuffle(len(offered), func(a, b int) { offered[a], offered[b] = offered[b], offered[a] })
	schemas := make([]string, len(offered))
	for i, t := range offered {
		schemas[i] = schema(t)
	}
	return `"messages": [` + strings.Join(turns, ", ") + `], "tools": [` + strings.Join(schemas, ", ") + `]`
}

// offer draws two or three tools. Every other held-out conversation is about a tool that training never shows.
func (g *generator) offer() []tool {
	pool := append([]tool(nil), trained...)
	g.rng.Shuffle(len(pool), func(a, b int) { pool[a], pool[b] = pool[b], pool[a] })
	offered := pool[:2+g.rng.IntN(2)]
	if g.held && g.rng.IntN(2) == 0 {
		offered[0] = heldOut[g.rng.IntN(len(heldOut))]
	}
	return offered
}

// filling is a request with its parameters' values, as JSON.
type filling struct {
	tool   tool
	values map[string]string
	user   string
}

func (g *generator) fill(t tool) filling {
	f := filling{tool: t, values: map[string]string{}, user: g.pick(t.requests)}
	for _, p := range t.params {
		if p.optional && g.rng.IntN(2) == 0 {
			continue
		}
		values := p.values
		if g.held {
			values = p.held
		}
		f.values[p.name] = g.pick(values)
	}
	f.user = f.say(f.user)
	if wet := f.values["wet"]; wet != "" {
		f.user += map[string]string{"true": " Wet food, please.", "false": " Dry food, please."}[wet]
	}
	return f
}

// say puts the values into a sentence.
func (f filling) say(s string) string {
	for name, v := range f.values {
		s = strings.ReplaceAll(s, "{"+name+"}", strings.Trim(v, `"`))
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func (f filling) result() string {
	s := f.tool.result
	for name, v := range f.values {
		s = strings.ReplaceAll(s, "{"+name+"}", v)
	}
	return s
}

func (f filling) call() string {
	var args []string
	for _, p := range f.tool.params {
		if v := f.values[p.name]; v != "" {
			args = append(args, fmt.Sprintf("%q: %s", p.name, v))
		}
	}
	return fmt.Sprintf(`{"type": "function", "function": {"name": %q, "arguments": {%s}}}`, f.tool.name, strings.Join(args, ", "))
}

func calls(fs ...filling) string {
	list := make([]string, len(fs))
	for i, f := range fs {
		list[i] = f.call()
	}
	return `{"role": "assistant", "content": "", "tool_calls": [` + strings.Join(list, ", ") + `]}`
}

func (f filling) response() string {
	return fmt.Sprintf(`{"role": "tool", "name": %q, "content": %q}`, f.tool.name, f.result())
}

// oneCall ends with the call, or goes on to the tool's answer and what the assistant makes of it.
func (g *generator) oneCall(t tool, answered bool) []string {
	f := g.fill(t)
	turns := []string{turn("user", f.user), calls(f)}
	if answered {
		turns = append(turns, f.response(), turn("assistant", f.say(f.tool.reply)))
	}
	return turns
}

func (g *generator) twoCalls(offered []tool) []string {
	a, b := g.fill(offered[0]), g.fill(offered[1])
	return []string{turn("user", a.user+" "+b.user), calls(a, b)}
}

func turn(role, content string) string {
	return fmt.Sprintf(`{"role": %q, "content": %q}`, role, content)
}

func schema(t tool) string {
	var properties, required []string
	for _, p := range t.params {
		properties = append(properties, fmt.Sprintf(`%q: {"type": %q, "description": %q}`, p.name, p.kind, p.about))
		if !p.optional {
			required = append(required, fmt.Sprintf("%q", p.name))
		}
	}
	return fmt.Sprintf(`{"type": "function", "function": {"name": %q, "description": %q, "parameters": {"type": "object", "properties": {%s}, "required": [%s]}}}`,
		t.name, t.about, strings.Join(properties, ", "), strings.Join(required, ", "))
}
