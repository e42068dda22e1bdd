package demo

import (
	"math/rand/v2"
	"strings"
)

// Turn is a question with its answer.
type Turn struct{ User, Answer string }

// Dialogue is a conversation; most have one turn.
type Dialogue struct {
	Tools []Tool
	Turn
	More []Turn // further ones
}

// kinds are the conversations of one turn by which skills are measured; those without tools occur with these shares in
// percent.
var kinds = []struct {
	name  string
	share int
	draw  func(r *rand.Rand, axes Axis) Dialogue
}{
	{"tool", 0, func(r *rand.Rand, axes Axis) Dialogue { return asked(NewTask(r, axes, true), inWords) }},
	{"none", 0, func(r *rand.Rand, axes Axis) Dialogue { return asked(NewTask(r, axes, false), inWords) }},
	{"which", 0, func(r *rand.Rand, axes Axis) Dialogue { return asked(NewTask(r, axes, r.IntN(2) == 0), byName) }},
	{"arguments", 0, func(r *rand.Rand, axes Axis) Dialogue {
		return asked(NewTask(r, axes, r.IntN(noneShare) != 0), asArguments)
	}},
	{"needs", 0, func(r *rand.Rand, axes Axis) Dialogue {
		return asked(NewTask(r, axes|Crossing, r.IntN(2) == 0), asNeeds)
	}},
	{"crossed", 0, func(r *rand.Rand, axes Axis) Dialogue {
		return asked(NewTask(r, axes|Crossing, r.IntN(2) == 0), inWords)
	}},
	{"say", 30, single(say)},
	{"json", 35, single(asJSON)},
	{"field", 20, single(field)},
	{"talk", 15, single(talk)},
}

func single(draw func(*rand.Rand, Axis) Turn) func(*rand.Rand, Axis) Dialogue {
	return func(r *rand.Rand, axes Axis) Dialogue { return Dialogue{Turn: draw(r, axes)} }
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
			return k.draw(r, axes)
		}
	}
	panic("demo: no kind of dialogue is named " + kind)
}

const (
	toolShare = 65 // percent of conversations that are about tools
	moreTurns = 3  // at most so many after the first: a list of tools is read once and asked about several times
)

// conversation draws a document of pretraining. Names and values are mostly invented, which makes copying them the
// only way.
func conversation(r *rand.Rand, axes Axis) Dialogue {
	if r.IntN(100) < toolShare {
		return aboutTools(r, axes)
	}
	d := Dialogue{Turn: anyTurn(r, axes)}
	for range r.IntN(moreTurns) {
		d.More = append(d.More, anyTurn(r, axes))
	}
	return d
}

func anyTurn(r *rand.Rand, axes Axis) Turn {
	at := r.IntN(100)
	for _, k := range kinds {
		if at -= k.share; at < 0 {
			return k.draw(r, axes).Turn
		}
	}
	panic("demo: the shares of the kinds are less than 100")
}

// aboutTools asks for one tool after the other of a list, and for some that are not in it.
func aboutTools(r *rand.Rand, axes Axis) Dialogue {
	t := NewTask(r, axes, r.IntN(3) != 0)
	d := asked(t, anyForm(r, axes))
	for range r.IntN(moreTurns + 1) {
		d.More = append(d.More, asked(again(r, t.Tools, axes, r.IntN(2) == 0), anyForm(r, axes)).Turn)
	}
	return d
}

// A form says how a task is put and answered.
type form int

const (
	inWords     form = iota // the tool and its arguments in a sentence
	asArguments             // what a request says as JSON, and no call: the answer names no tool
	byName                  // the name alone, and the question is what to do alone
	asNeeds                 // the parameters of the tool that does it, which the question does not name
)

func anyForm(r *rand.Rand, axes Axis) form {
	forms := []form{inWords, inWords, asArguments, byName, asNeeds, asNeeds}
	if axes&Reading == 0 {
		forms = forms[:4]
	}
	return forms[r.IntN(len(forms))]
}

func asked(t Task, f form) Dialogue {
	d := Dialogue{Tools: t.Tools, Turn: Turn{User: t.Request, Answer: noTool}}
	switch f {
	case asArguments:
		d.User += " as json"
	case byName:
		d.User = "which tool can " + t.Wanted
	case asNeeds:
		d.User = "what do i need to " + t.Wanted
	}
	if t.Fits < 0 {
		return d
	}
	switch f {
	case inWords:
		d.Answer = t.Words()
	case asArguments:
		d.Answer = object(t.Arguments)
	case byName:
		d.Answer = t.Tools[t.Fits].Name()
	case asNeeds:
		d.Answer = t.Tools[t.Fits].list()
	}
	return d
}

// say is copying in words.
func say(r *rand.Rand, axes Axis) Turn {
	words := make([]string, 1+r.IntN(4))
	for i := range words {
		words[i] = text(r, axes)
	}
	list := strings.Join(words, " ")
	if r.IntN(2) == 0 {
		return Turn{"say " + list, list}
	}
	at := r.IntN(len(words))
	return Turn{"say " + []string{"first", "second", "third", "fourth"}[at] + " of " + list, words[at]}
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
func asJSON(r *rand.Rand, axes Axis) Turn {
	args := facts(r, axes, 1+r.IntN(3))
	return Turn{"write " + spoken(args) + " as json", object(args)}
}

func field(r *rand.Rand, axes Axis) Turn {
	args := facts(r, axes, 2+r.IntN(2))
	a := args[r.IntN(len(args))]
	return Turn{"the " + noun(r, axes) + " has " + spoken(args) + ", what is the " + a.Name, "the " + a.Name + " is " + a.Value}
}

func talk(r *rand.Rand, axes Axis) Turn {
	name, thing := text(r, axes), noun(r, axes)
	lines := []Turn{
		{"hello", "hello, how can i help you"},
		{"hello, i am " + name, "hello " + name + ", how can i help you"},
		{"i like the " + thing, "the " + thing + " is very good"},
		{"how are you", "i am very good, thank you"},
		{"thank you " + name, "you are welcome"},
		{"i lost the " + thing, "sorry, i do not see the " + thing},
	}
	return lines[r.IntN(len(lines))]
}
