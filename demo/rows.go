package demo

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
)

// The share of tasks, one in so many, that no tool fits: in an exam, and in the lesson, where there are more of them
// than a fair sample has, for they are the harder ones.
const (
	noneShare       = 4
	noneShareLesson = 2
)

// NewTasks draws n tasks.
func NewTasks(n int, axes Axis, seed uint64) []Task {
	tasks := make([]Task, n)
	for i := range tasks {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		tasks[i] = NewTask(r, axes, i%noneShare != noneShare-1)
	}
	return tasks
}

// NewConversations draws n lists of tools with 1 to most tasks about each: the list is read once and asked about several
// times, for what fits and for what comes near. With Crossing the rows are those of the whole lesson; without it they are
// plainer, and a short lesson learns more from them.
func NewConversations(n, most int, axes Axis, seed uint64) [][]Task {
	rows := make([][]Task, n)
	for i := range rows {
		r := rand.New(rand.NewPCG(seed, uint64(i)))
		axes := axes
		if axes&Crossing != 0 {
			axes = likeAnExam(r, axes)
		}
		first := NewTask(r, axes, i%noneShareLesson != 0)
		rows[i] = []Task{first}
		for range r.IntN(most) {
			rows[i] = append(rows[i], again(r, first.Tools, axes, r.IntN(noneShareLesson) != 0))
		}
	}
	return rows
}

// likeAnExam leaves the words of a third of all rows as common as they are in an exam: short ones of the lists, often of one
// piece, must be matched as surely as invented ones of several. And in half of the rows what no tool fits may have a tool's
// parameters: where the words are few it often has, and who has learned that such a request is a call makes a false one.
func likeAnExam(r *rand.Rand, axes Axis) Axis {
	if r.IntN(3) == 0 {
		axes &^= Inventive
	}
	if r.IntN(2) == 0 {
		axes &^= Foreign
	}
	return axes
}

// alone makes a conversation of each task.
func alone(tasks []Task) [][]Task {
	rows := make([][]Task, len(tasks))
	for i := range tasks {
		rows[i] = tasks[i : i+1]
	}
	return rows
}

// The form of a row: messages and OpenAI schemas, as any tool for fine-tuning reads them.
type (
	row struct {
		ID       string       `json:"id"`
		Messages []message    `json:"messages"`
		Tools    []jsonSchema `json:"tools"`
	}
	message struct {
		Role    string     `json:"role"`
		Content string     `json:"content"`
		Calls   []toolCall `json:"tool_calls,omitempty"`
	}
	toolCall struct {
		Type     string `json:"type"`
		Function called `json:"function"`
	}
	called struct {
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"`
	}
	jsonSchema struct {
		Type     string   `json:"type"`
		Function function `json:"function"`
	}
	function struct {
		Name        string         `json:"name"`
		Description string         `json:"description"`
		Parameters  functionFields `json:"parameters"`
	}
	functionFields struct {
		Type       string          `json:"type"`
		Properties json.RawMessage `json:"properties"` // written here: their order is the template's
		Required   []string        `json:"required"`
	}
)

// WriteRows writes conversations about the tools of their first task, a JSON line each, with the calls that answer them.
func WriteRows(w io.Writer, name string, conversations [][]Task) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for i, tasks := range conversations {
		r := row{ID: fmt.Sprintf("%s-%04d", name, i), Tools: schemas(tasks[0].Tools)}
		for _, t := range tasks {
			answer := message{Role: "assistant", Content: noTool}
			if t.Fits >= 0 {
				answer.Content = ""
				answer.Calls = []toolCall{{"function", called{t.Tools[t.Fits].Name(), json.RawMessage(object(t.Arguments))}}}
			}
			r.Messages = append(r.Messages, message{Role: "user", Content: t.Request}, answer)
		}
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// schemas describes tools as the OpenAI interface does.
func schemas(tools []Tool) []jsonSchema {
	list := make([]jsonSchema, len(tools))
	for i, t := range tools {
		f := function{Name: t.Name(), Description: t.Verb + " the " + t.Noun, Parameters: functionFields{Type: "object"}}
		properties := "{"
		for j, p := range t.Parameters {
			kind := "string"
			if p.Number {
				kind = "integer"
			}
			if j > 0 {
				properties += ", "
			}
			properties += fmt.Sprintf("%q: {\"type\": %q}", p.Name, kind)
			f.Parameters.Required = append(f.Parameters.Required, p.Name)
		}
		f.Parameters.Properties = json.RawMessage(properties + "}")
		list[i] = jsonSchema{"function", f}
	}
	return list
}
