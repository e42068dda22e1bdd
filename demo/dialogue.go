package demo

import (
	"math/rand/v2"
	"strings"
)

// Dialogue is a question with its answer.
type Dialogue struct {
	Tools        []Tool
	User, Answer string
	Kind         string
}

// kinds are the conversations that the base model learns, with their shares in percent.
var kinds = []struct {
	name  string
	share int
	draw  func(r *rand.Rand, axes Axis) Dialogue
}{
	{"tool", 40, func(r *rand.Rand, axes Axis) Dialogue { return described(NewTask(r, axes, true)) }},
	{"none", 15, func(r *rand.Rand, axes Axis) Dialogue { return described(NewTask(r, axes, false)) }},
	{"say", 12, say},
	{"json", 13, asJSON},
	{"field", 12, field},
	{"talk", 8, talk},
	{"arguments", 0, argumentsAsJSON}, // drawn where a corpus asks for it
}

// KindNames lists the kinds of conversation.
func KindNames() []string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = k.name
	}
	return names
}

// NewDialogue draws a conversation of a kind.
func NewDialogue(r *rand.Rand, kind string, axes Axis) Dialogue {
	for _, k := range kinds {
		if k.name == kind {
			d := k.draw(r, axes)
			d.Kind = kind
			return d
		}
	}
	panic("demo: no kind of dialogue is named " + kind)
}

// anyDialogue draws a kind by its share.
func anyDialogue(r *rand.Rand) Dialogue {
	at := r.IntN(100)
	for _, k := range kinds {
		if at -= k.share; at < 0 {
			return k.draw(r, 0)
		}
	}
	panic("demo: the shares of the kinds are less than 100")
}

// argumentsAsJSON asks what a request says, and no call: the answer names no tool.
func argumentsAsJSON(r *rand.Rand, axes Axis) Dialogue {
	t := NewTask(r, axes, r.IntN(noneShare) != 0)
	d := Dialogue{Tools: t.Tools, User: t.Request + " as json", Answer: noTool}
	if t.Fits >= 0 {
		d.Answer = object(t.Arguments)
	}
	return d
}

func described(t Task) Dialogue { return Dialogue{Tools: t.Tools, User: t.Request, Answer: t.Words()} }

// say is copying in words.
func say(r *rand.Rand, axes Axis) Dialogue {
	words := make([]string, 1+r.IntN(4))
	for i := range words {
		words[i] = text(r, axes)
	}
	list := strings.Join(words, " ")
	if r.IntN(2) == 0 {
		return Dialogue{User: "say " + list, Answer: list}
	}
	at := r.IntN(len(words))
	return Dialogue{User: "say " + []string{"first", "second", "third", "fourth"}[at] + " of " + list, Answer: words[at]}
}

func facts(r *rand.Rand, axes Axis, n int) []Argument {
	t := Tool{}
	for len(t.Parameters) < n {
		for _, p := range newParameters(r, axes) {
			if !hasParameter(t, p.Name) && len(t.Parameters) < n {
				t.Parameters = append(t.Parameters, p)
			}
		}
	}
	return arguments(r, t, axes)
}

func hasParameter(t Tool, name string) bool {
	for _, p := range t.Parameters {
		if p.Name == name {
			return true
		}
	}
	return false
}

// asJSON writes facts as an object: the notation, without any function.
func asJSON(r *rand.Rand, axes Axis) Dialogue {
	args := facts(r, axes, 1+r.IntN(3))
	return Dialogue{User: "write " + spoken(args) + " as json", Answer: object(args)}
}

func field(r *rand.Rand, axes Axis) Dialogue {
	args := facts(r, axes, 2+r.IntN(2))
	a := args[r.IntN(len(args))]
	return Dialogue{User: "the " + noun(r, axes) + " has " + spoken(args) + ", what is the " + a.Name, Answer: "the " + a.Name + " is " + a.Value}
}

func talk(r *rand.Rand, axes Axis) Dialogue {
	name, thing := text(r, axes), noun(r, axes)
	lines := [][2]string{
		{"hello", "hello, how can i help you"},
		{"hello, i am " + name, "hello " + name + ", how can i help you"},
		{"i like the " + thing, "the " + thing + " is very good"},
		{"how are you", "i am very good, thank you"},
		{"thank you " + name, "you are welcome"},
		{"i lost the " + thing, "sorry, i do not see the " + thing},
	}
	l := lines[r.IntN(len(lines))]
	return Dialogue{User: l[0], Answer: l[1]}
}
