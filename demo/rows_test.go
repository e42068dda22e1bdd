package demo

import (
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/data"
	"lapidary/tokenizer/chat"
)

// Rows rendered with the checkpoint's template are what pretraining and the exam write by hand, and the loss is on the
// answer with its end and on nothing else.
func TestTemplateWritesWhatTheCorpusHas(t *testing.T) {
	tok, err := NewTokenizer()
	require.NoError(t, err)
	_, err = tok.AddTokens(callTags)
	require.NoError(t, err)
	tasks := append(NewTasks(40, 0, 3), NewTasks(40, AllHeld, 4)...)
	path := filepath.Join(t.TempDir(), "rows.jsonl")
	f, err := os.Create(path)
	require.NoError(t, err)
	require.NoError(t, WriteRows(io.Writer(f), "row", alone(tasks)))
	require.NoError(t, f.Close())
	template, err := chat.NewJinja("demo", Template)
	require.NoError(t, err)
	set, err := data.Load(context.Background(), []string{path}, data.DefaultConfig(), data.Text{Tokenizer: tok, Template: template})
	require.NoError(t, err)
	require.Len(t, set.Examples, len(tasks))
	for i, task := range tasks {
		d := Dialogue{Tools: task.Tools, Turn: Turn{task.Request, noTool}}
		if task.Fits >= 0 {
			d.Answer = callTags[0] + task.Call() + callTags[1]
		}
		ids, labels := encode(tok, d)
		e := set.Examples[i]
		require.GreaterOrEqual(t, len(e.IDs), len(ids))
		require.Equal(t, tok.Decode(ids, false), tok.Decode(e.IDs[:len(ids)], false))
		require.Equal(t, ids, e.IDs[:len(ids)])
		require.Equal(t, labels, e.Labels[:len(ids)])
		for _, l := range e.Labels[len(ids):] {
			require.Equal(t, data.Ignore, l, "the newline after a turn")
		}
	}
}

// No word of a held-out class occurs in what training draws.
func TestHeldOutWordsNeverOccur(t *testing.T) {
	for _, task := range NewTasks(2000, DefaultLesson("").Words, trainSeed) {
		for _, tool := range task.Tools {
			require.False(t, held(tool.Verb) || held(tool.Noun) || held(tool.Name()), tool.Name())
			for _, p := range tool.Parameters {
				require.False(t, held(p.Name), p.Name)
			}
		}
		for _, a := range task.Arguments {
			require.False(t, held(a.Value) || held(a.Name), a.Value)
		}
	}
	for _, task := range NewTasks(500, AllHeld, testSeed) {
		for _, a := range task.Arguments {
			require.True(t, held(a.Value) && held(a.Name), a.Value)
		}
		if task.Fits >= 0 {
			tool := task.Tools[task.Fits]
			require.True(t, held(tool.Verb) && held(tool.Noun), tool.Name())
		}
	}
}

// What a conversation of the lesson asks about is one list of tools, with what fits and what does not; no word is held
// out.
func TestConversationsAskAboutOneList(t *testing.T) {
	fits, none := 0, 0
	for _, tasks := range NewConversations(300, 5, DefaultLesson("").Words, trainSeed) {
		for _, task := range tasks {
			require.Equal(t, toolList(tasks[0].Tools), task.ToolList())
			name := strings.Replace(task.Wanted, " the ", "_", 1)
			require.False(t, held(name), name)
			if task.Fits < 0 {
				none++
				require.NotContains(t, task.ToolList(), name+"(")
				continue
			}
			fits++
			require.Equal(t, name, task.Tools[task.Fits].Name())
		}
	}
	require.Greater(t, fits, 300)
	require.Greater(t, none, 300)
}

// In a list that crosses, neither the verb nor the noun alone tells whether there is such a tool.
func TestCrossing(t *testing.T) {
	shared := 0
	for _, axes := range []Axis{Inventive | Hard, Hard, AllHeld} {
		for i := range 300 {
			r := rand.New(rand.NewPCG(13, uint64(i)))
			for _, fits := range []bool{true, false} {
				task := crossing(r, axes, fits)
				verb, noun := strings.Fields(task.Wanted)[0], strings.Fields(task.Wanted)[2]
				require.True(t, slices.ContainsFunc(task.Tools, func(t Tool) bool { return t.Verb == verb }))
				require.True(t, slices.ContainsFunc(task.Tools, func(t Tool) bool { return t.Noun == noun }))
				require.Equal(t, fits, offered(task.Tools, Tool{Verb: verb, Noun: noun}))
				require.Equal(t, fits, task.Fits >= 0)
				if len(task.Tools) == 3 {
					shared++
				}
				require.False(t, axes.training() && held(verb+"_"+noun))
			}
		}
	}
	require.Greater(t, shared, 600)
}
