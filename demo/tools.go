package demo

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// Tool is a function that is offered: verb_noun, with parameters.
type Tool struct {
	Verb, Noun string
	Parameters []Parameter
}

// Parameter is one of a tool's parameters, all of which are required.
type Parameter struct {
	Name   string
	Number bool
}

// Name is what the tool is called by.
func (t Tool) Name() string { return t.Verb + "_" + t.Noun }

// list writes the names of the parameters as a list of tools does.
func (t Tool) list() string {
	names := make([]string, len(t.Parameters))
	for i, p := range t.Parameters {
		names[i] = p.Name
	}
	return strings.Join(names, ", ")
}

// listed reports whether all words of the tool are from the lists, none invented.
func (t Tool) listed() bool {
	return slices.Contains(verbs, t.Verb) && slices.Contains(nouns, t.Noun) &&
		!slices.ContainsFunc(t.Parameters, func(p Parameter) bool { return !slices.Contains(parameters, p.Name) })
}

// Argument is a parameter with its value as it stands in a request.
type Argument struct {
	Name, Value string
	Number      bool
}

// Task is a request with the tools offered for it.
type Task struct {
	Tools     []Tool
	Wanted    string // what is to be done with what
	Request   string // the same as a sentence with values
	Fits      int    // the tool that fits; -1: none
	Arguments []Argument
}

const (
	maxTools      = 3
	maxParameters = 2
)

// NewTask draws a task. With axes, the tool that the request is about is held out along these; nearby tools that do not
// fit share its verb or its noun.
func NewTask(r *rand.Rand, axes Axis, fits bool) Task {
	if axes&Crossing != 0 && r.IntN(3) != 0 {
		return crossing(r, axes, fits)
	}
	wanted := newTool(r, axes)
	task := newRequest(r, wanted, axes)
	n := 1 + r.IntN(maxTools)
	for len(task.Tools) < n {
		other := nearby(r, wanted, axes)
		if other.Name() != wanted.Name() {
			task.Tools = append(task.Tools, other)
		}
	}
	if fits {
		task.Fits = r.IntN(n)
		task.Tools[task.Fits] = wanted
	} else if axes&Hard != 0 || axes&Inventive != 0 && r.IntN(2) == 0 {
		return again(r, task.Tools, axes, false)
	}
	return task
}

// crossing draws a list in which one tool shares its verb with another and its noun with a third, or two tools that share
// nothing. It asks for one of them, or for the verb of one with the noun of another: neither word alone tells whether there
// is such a tool.
func crossing(r *rand.Rand, axes Axis, fits bool) Task {
	for {
		tools := make([]Tool, 2+r.IntN(2))
		for i := range tools {
			tools[i] = newTool(r, axes)
		}
		if len(tools) == 3 {
			tools[1].Verb, tools[2].Noun = tools[0].Verb, tools[0].Noun
		}
		if r.Shuffle(len(tools), func(i, j int) { tools[i], tools[j] = tools[j], tools[i] }); sound(tools, axes) {
			return choose(r, tools, axes, fits)
		}
	}
}

// choose asks for one of the tools, or for the verb of one with the noun of another.
func choose(r *rand.Rand, tools []Tool, axes Axis, fits bool) Task {
	for {
		at := r.IntN(len(tools))
		wanted := tools[at]
		if !fits {
			at, wanted.Noun, wanted.Parameters = -1, tools[r.IntN(len(tools))].Noun, newParameters(r, axes)
			if offered(tools, wanted) || axes.training() && held(wanted.Name()) {
				continue
			}
		}
		t := newRequest(r, wanted, axes)
		t.Tools, t.Fits = tools, at
		return t
	}
}

// sound tells whether a list has no tool twice, none that training must not show, and something to ask for that it lacks.
func sound(tools []Tool, axes Axis) bool {
	lacks := false
	for i, t := range tools {
		if offered(tools[:i], t) || axes.training() && held(t.Name()) {
			return false
		}
		for _, other := range tools {
			t.Noun = other.Noun
			lacks = lacks || !offered(tools, t) && !(axes.training() && held(t.Name()))
		}
	}
	return lacks
}

// again asks for one of the tools, or for something that comes near them and that none does: the verb of one with the
// noun of another, one of the two with something new, or with a tool's own parameters something new.
func again(r *rand.Rand, tools []Tool, axes Axis, fits bool) Task {
	at := r.IntN(len(tools))
	if fits {
		t := newRequest(r, tools[at], axes)
		t.Tools, t.Fits = tools, at
		return t
	}
	for {
		wanted := newTool(r, axes)
		change := r.IntN(4)
		if axes&Hard != 0 && r.IntN(3) == 0 {
			change = 0
		}
		switch change {
		case 0:
			wanted.Verb, wanted.Noun = tools[at].Verb, tools[r.IntN(len(tools))].Noun
		case 1:
			wanted.Verb = tools[at].Verb
		case 2:
			wanted.Noun = tools[at].Noun
		}
		if axes&Foreign == 0 && r.IntN(2) == 0 {
			wanted.Parameters = tools[at].Parameters
		}
		if offered(tools, wanted) || axes.training() && held(wanted.Name()) {
			at = r.IntN(len(tools))
			continue
		}
		t := newRequest(r, wanted, axes)
		t.Tools = tools
		return t
	}
}

func offered(tools []Tool, wanted Tool) bool {
	return slices.ContainsFunc(tools, func(t Tool) bool { return t.Name() == wanted.Name() })
}

// newRequest asks for a tool, whether it is offered or not.
func newRequest(r *rand.Rand, wanted Tool, axes Axis) Task {
	t := Task{Fits: -1, Wanted: wanted.Verb + " the " + wanted.Noun, Arguments: arguments(r, wanted, axes)}
	if len(t.Arguments) == 2 && r.IntN(2) == 0 { // in an order of its own
		slices.Reverse(t.Arguments)
	}
	t.Request = openings[r.IntN(len(openings))] + t.Wanted + " with " + spoken(t.Arguments)
	return t
}

func newTool(r *rand.Rand, axes Axis) Tool {
	t := Tool{}
	for {
		t.Verb, t.Noun = verb(r, axes), noun(r, axes)
		if axes&(HeldNoun|HeldVerb) != 0 || held(t.Name()) == (axes&HeldCombination != 0) {
			break
		}
	}
	t.Parameters = newParameters(r, axes)
	return t
}

func newParameters(r *rand.Rand, axes Axis) []Parameter {
	var list []Parameter
	for n := 1 + r.IntN(maxParameters); len(list) < n; {
		p := Parameter{parameter(r, axes), r.IntN(3) == 0}
		if len(list) == 0 || list[0].Name != p.Name {
			list = append(list, p)
		}
	}
	return list
}

// nearby draws a tool that could be mistaken for t. Training meets no held-out combination here either.
func nearby(r *rand.Rand, t Tool, axes Axis) Tool {
	for {
		other := newTool(r, axes)
		ways := 4
		if axes&Hard != 0 {
			ways = 3
		}
		switch r.IntN(ways) {
		case 0:
			other.Verb = t.Verb
		case 1:
			other.Noun = t.Noun
		}
		if !axes.training() || !held(other.Name()) {
			return other
		}
	}
}

func arguments(r *rand.Rand, t Tool, axes Axis) []Argument {
	list := make([]Argument, len(t.Parameters))
	for i, p := range t.Parameters {
		a := Argument{Name: p.Name, Number: p.Number}
		if p.Number {
			a.Value = digits(r, axes)
		} else {
			a.Value = text(r, axes)
		}
		list[i] = a
	}
	return list
}

var openings = []string{"", "please ", "can you ", "i want to ", "help me "}

// spoken lists arguments as people would.
func spoken(args []Argument) string {
	parts := make([]string, len(args))
	for i, a := range args {
		parts[i] = a.Name + " " + a.Value
	}
	return strings.Join(parts, " and ")
}

// Call is the function call that answers the task, as JSON; "" where no tool fits.
func (t Task) Call() string {
	if t.Fits < 0 {
		return ""
	}
	return `{"name":"` + t.Tools[t.Fits].Name() + `","arguments":` + object(t.Arguments) + "}"
}

// object writes arguments as JSON without spaces; words and numbers of the language need no escapes.
func object(args []Argument) string {
	parts := make([]string, len(args))
	for i, a := range args {
		v := a.Value
		if !a.Number {
			v = `"` + v + `"`
		}
		parts[i] = `"` + a.Name + `":` + v
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// Words is how the base model answers the task: it knows which tool would fit, and only talks about it.
func (t Task) Words() string {
	if t.Fits < 0 {
		return noTool
	}
	return "i would use " + t.Tools[t.Fits].Name() + " with " + spoken(t.Arguments)
}

// noTool answers a request that no tool fits.
const noTool = "sorry, there is no tool for that"
