package data

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer"
	"lapidary/tokenizer/chat"
)

// loaded keeps the tokenizers of this test binary: reading the real one takes a second.
var loaded sync.Map

// gemmaTokenizer is the real one, with the tags as added tokens.
func gemmaTokenizer(t testing.TB, added []string) *tokenizer.Tokenizer {
	t.Helper()
	key := strings.Join(added, " ")
	if tok, ok := loaded.Load(key); ok {
		return tok.(*tokenizer.Tokenizer)
	}
	tok, err := tokenizer.Load(testshared.Path(t, "gemma2-tokenizer"))
	require.NoError(t, err)
	_, err = tok.AddTokens(added)
	require.NoError(t, err)
	loaded.Store(key, tok)
	return tok
}

func eachLine(t testing.TB, path string, f func(line []byte)) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	s := bufio.NewScanner(file)
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		f(s.Bytes())
	}
	require.NoError(t, s.Err())
}

// The token rows TRL makes of a text column: a second BOS, one more EOS, cut at max_length. Each is a switch.
func TestTextRowsEqualTRL(t *testing.T) {
	text := Text{Tokenizer: gemmaTokenizer(t, chat.SpecialTokens())}
	want := readGolden(t, "golden/trl/plain.jsonl")
	files := []string{testshared.Path(t, "golden/trl/texts.jsonl")}
	config := Config{MaxLength: 1500, DoubleBOS: true, AppendEOS: true}
	set, err := Load(context.Background(), files, config, text)
	require.NoError(t, err)
	require.Len(t, set.Examples, len(want))
	for i := range want {
		assert.Equal(t, want[i].InputIDs, set.Examples[i].IDs, "row %d", i)
		assert.Equal(t, want[i].InputIDs, set.Examples[i].Labels, "row %d", i)
	}
	config.DoubleBOS, config.AppendEOS = false, false
	set, err = Load(context.Background(), files, config, text)
	require.NoError(t, err)
	assert.Equal(t, len(want), set.Report.DoubleBOS.Count)
	for i := range want {
		ids := want[i].InputIDs
		assert.Equal(t, ids[1:len(ids)-1], set.Examples[i].IDs, "row %d: one BOS, no EOS after the one that is there", i)
	}
	for strategy, file := range map[Packing]string{PackBFD: "packed-bfd", PackWrapped: "packed-wrapped"} {
		packed := readGolden(t, "golden/trl/"+file+".jsonl")
		set, err = Load(context.Background(), files, Config{MaxLength: 1500, Packing: strategy, DoubleBOS: true, AppendEOS: true}, text)
		require.NoError(t, err)
		require.Len(t, set.Examples, len(packed))
		for i := range packed {
			assert.Equal(t, packed[i].InputIDs, set.Examples[i].IDs, "%s row %d", file, i)
		}
	}
}

// The ids of the course's conversations, with either spelling of the response tags.
func TestConversationsEqualTransformers(t *testing.T) {
	fixed := &Encoder{text: Text{Tokenizer: gemmaTokenizer(t, chat.SpecialTokens()), Template: chat.Course{}}}
	typo := &Encoder{text: Text{Tokenizer: gemmaTokenizer(t, chat.SpecialTokensTypo()), Template: chat.Course{}}}
	rows := 0
	eachLine(t, testshared.Path(t, "golden/chat/goldens.jsonl"), func(line []byte) {
		var want struct {
			Name, Text string
			Fixed      []int32 `json:"ids_fixed"`
			Typo       []int32 `json:"ids_typo"`
		}
		require.NoError(t, json.Unmarshal(line, &want))
		if want.Fixed == nil {
			return
		}
		rows++
		row := readOne(t, string(line))
		for encoder, ids := range map[*Encoder][]int32{fixed: want.Fixed, typo: want.Typo} {
			r, err := encoder.Render(&row)
			require.NoError(t, err)
			assert.Equal(t, want.Text, r.Text)
			assert.Equal(t, ids, r.IDs)
		}
	})
	assert.Equal(t, 60, rows)
}

// The whole way of the course's recipe: its conversations as they are in the collection, through its preprocessing and
// template, to the token rows TRL made, quirks included.
func TestCourseRecipeEqualsTRL(t *testing.T) {
	rows, err := ReadRows(context.Background(), []string{testshared.Path(t, "data/hermes_conversations.jsonl")}, FormatAuto)
	require.NoError(t, err)
	byID := map[string]Row{}
	for _, r := range rows {
		byID["hermes:"+r.ID] = r
	}
	var chosen []Row
	eachLine(t, testshared.Path(t, "golden/trl/texts.jsonl"), func(line []byte) {
		var text struct{ Name string }
		require.NoError(t, json.Unmarshal(line, &text))
		require.Contains(t, byID, text.Name)
		chosen = append(chosen, byID[text.Name])
	})
	config := Config{LossOn: LossAll, MaxLength: 1500, DoubleBOS: true, AppendEOS: true}
	e, err := NewEncoder(config, Text{Tokenizer: gemmaTokenizer(t, chat.SpecialTokens()), Template: chat.Course{}, Adapt: true})
	require.NoError(t, err)
	set, err := e.Set(context.Background(), chosen)
	require.NoError(t, err)
	want := readGolden(t, "golden/trl/plain.jsonl")
	require.Len(t, set.Examples, len(want))
	for i := range want {
		assert.Equal(t, want[i].InputIDs, set.Examples[i].IDs, "row %d", i)
		assert.Equal(t, want[i].InputIDs, set.Examples[i].Labels, "row %d", i)
	}
}

// What carries loss, decoded, is each assistant turn with its end marker, to the letter: for conversations with
// thoughts, calls and tool answers, of two collections and three
// templates.
func TestTrainedTokensAreTheAssistantTurns(t *testing.T) {
	tok := gemmaTokenizer(t, chat.SpecialTokens())
	checked := 0
	for _, c := range []struct {
		file     string
		template chat.Template
		end      string
	}{
		{"data/hermes_conversations.jsonl", chat.Hermes{}, "<end_of_turn>\n"},
		{"data/train_messages.jsonl", chat.Hermes{}, "<end_of_turn>\n"},
		{"data/hermes_conversations.jsonl", chat.Gemma{}, "<end_of_turn>\n"},
		{"data/train_messages.jsonl", chat.Gemma{}, "<end_of_turn>\n"},
		{"data/hermes_conversations.jsonl", chat.Course{}, "<end_of_turn><eos>\n"},
		{"data/train_messages.jsonl", chat.Course{}, "<end_of_turn><eos>\n"},
	} {
		rows, err := ReadRows(context.Background(), []string{testshared.Path(t, c.file)}, FormatAuto)
		require.NoError(t, err)
		encoder, err := NewEncoder(Config{}, Text{Tokenizer: tok, Template: c.template, Adapt: true})
		require.NoError(t, err)
		for i := range rows[:500] {
			r, err := encoder.Render(&rows[i])
			require.NoError(t, err, "%s", rows[i].Source)
			var ids []int32
			for k, l := range r.Labels {
				if l >= 0 {
					require.Equal(t, r.IDs[k], l)
					ids = append(ids, l)
				}
			}
			require.Equal(t, assistantText(r, c.end), tok.Decode(ids, false), "%s", rows[i].Source)
			checked++
		}
	}
	assert.Equal(t, 3000, checked)
}

// assistantText cuts the assistant turns out of a text by its markers, without knowing of spans.
func assistantText(r *Rendered, end string) string {
	var b strings.Builder
	for _, turn := range strings.Split(r.Text, "<start_of_turn>") {
		for _, role := range []string{"model\n", "assistant\n"} {
			if body, ok := strings.CutPrefix(turn, role); ok {
				content, _, found := strings.Cut(body, strings.TrimSuffix(end, "\n"))
				if found {
					b.WriteString(content + end)
				}
			}
		}
	}
	return b.String()
}

func tinyTokenizer(t testing.TB) *tokenizer.Tokenizer { return gemmaTokenizer(t, nil) }

func labelText(tok *tokenizer.Tokenizer, r *Rendered) string {
	var ids []int32
	for _, l := range r.Labels {
		if l >= 0 {
			ids = append(ids, l)
		}
	}
	return tok.Decode(ids, false)
}

func TestLossOn(t *testing.T) {
	tok := tinyTokenizer(t)
	const messages = `{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"one"},{"role":"user","content":"more"},{"role":"assistant","content":"two"}]}`
	const weighted = `{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"one","weight":0},{"role":"user","content":"more"},{"role":"assistant","content":"two","weight":1}]}`
	const prompt = `{"prompt":"Say it:","completion":" hello there"}`
	const promptMessages = `{"prompt":[{"role":"user","content":"Hi"}],"completion":[{"role":"assistant","content":"one"}]}`
	for _, c := range []struct {
		row  string
		loss LossOn
		want string
		err  string
	}{
		{messages, LossAuto, "one<end_of_turn>\ntwo<end_of_turn>\n", ""},
		{messages, LossAssistant, "one<end_of_turn>\ntwo<end_of_turn>\n", ""},
		{messages, LossCompletion, "two<end_of_turn>\n", ""},
		{messages, LossAll, "<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\none<end_of_turn>\n<start_of_turn>user\nmore<end_of_turn>\n<start_of_turn>model\ntwo<end_of_turn>\n", ""},
		{weighted, LossAuto, "two<end_of_turn>\n", ""},
		{prompt, LossAuto, " hello there<eos>", ""},
		{prompt, LossCompletion, " hello there<eos>", ""},
		{prompt, LossAll, "<bos>Say it: hello there<eos>", ""},
		{prompt, LossAssistant, "", "loss on assistant, and the row has no turns"},
		{promptMessages, LossAuto, "one<end_of_turn>\n", ""},
		{promptMessages, LossAssistant, "one<end_of_turn>\n", ""},
		{promptMessages, LossAll, "<bos><start_of_turn>user\nHi<end_of_turn>\n<start_of_turn>model\none<end_of_turn>\n", ""},
		{`{"text":"abc"}`, LossAuto, "<bos>abc<eos>", ""},
		{`{"text":"<bos>abc<eos>\n"}`, LossAuto, "<bos>abc<eos>\n", ""},
		{`{"text":"abc"}`, LossAssistant, "", "text: loss on assistant, and a text has no such part; use loss on all"},
		{`{"messages":[{"role":"assistant","content":"Hi"}]}`, LossAuto, "", "messages: the chat template: Conversation roles must alternate"},
	} {
		row := readOne(t, c.row)
		encoder, err := NewEncoder(Config{LossOn: c.loss}, Text{Tokenizer: tok, Template: chat.Gemma{}})
		require.NoError(t, err)
		r, err := encoder.Render(&row)
		if c.err != "" {
			require.Error(t, err)
			assert.Contains(t, rowError(row.Source, err).Error(), c.err)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, c.want, labelText(tok, r), "%s %s", c.loss, c.row)
		assert.NotContains(t, tok.Decode(r.IDs, false), "<bos><bos>")
	}
}

// A prompt whose last characters join the completion's first in one token: that token is not learnt.
func TestPromptThatFuses(t *testing.T) {
	tok := tinyTokenizer(t)
	row := readOne(t, `{"prompt":"The answ","completion":"er is"}`)
	encoder, err := NewEncoder(Config{}, Text{Tokenizer: tok})
	require.NoError(t, err)
	r, err := encoder.Render(&row)
	require.NoError(t, err)
	assert.Equal(t, " is<eos>", labelText(tok, r))
	assert.True(t, r.Fused)
}

func TestTokenRows(t *testing.T) {
	const file = `{"input_ids":[5,6,7,8],"labels":[-100,-100,7,8]}
{"input_ids":[5,6,7,8]}
{"input_ids":[5,6],"labels":[5,-100]}
{"input_ids":[]}
{"input_ids":[9]}
{"input_ids":[5,6,7,8,9,10],"labels":[-100,-100,-100,-100,-100,10]}
`
	path := writeTemp(t, "x.jsonl", file)
	set, err := Load(context.Background(), []string{path}, Config{MaxLength: 4}, Text{})
	require.NoError(t, err)
	require.Len(t, set.Examples, 2)
	assert.Equal(t, []int32{-100, -100, 7, 8}, set.Examples[0].Labels)
	assert.Equal(t, []int32{5, 6, 7, 8}, set.Examples[1].Labels)
	assert.Equal(t, Report{
		Rows: 6, Examples: 2, Tokens: 8, LabelTokens: 5, Longest: 6, LostTokens: 2,
		Truncated: Places{1, []Source{{path, 6}}},
		AllMasked: Places{3, []Source{{path, 3}, {path, 5}, {path, 6}}}, // a label of the first token is never predicted
		Empty:     Places{1, []Source{{path, 4}}},
	}, set.Report)
	assert.Contains(t, strings.Join(set.Report.Notes(), "\n"), "3 of 6 rows carry no loss and are left out ("+path+":3, ")

	set, err = Load(context.Background(), []string{path}, Config{MaxLength: 4, KeepAll: true}, Text{})
	require.NoError(t, err)
	assert.Len(t, set.Examples, 6)

	set, err = Load(context.Background(), []string{path}, Config{MaxLength: 4, Truncation: KeepEnd}, Text{})
	require.NoError(t, err)
	require.Len(t, set.Examples, 3)
	assert.Equal(t, []int32{7, 8, 9, 10}, set.Examples[2].IDs)

	_, err = Load(context.Background(), []string{path}, Config{VocabSize: 10}, Text{})
	assert.ErrorContains(t, err, "x.jsonl:6: input_ids[5]: id 10, and the model has 10")
	_, err = Load(context.Background(), []string{writeTemp(t, "y.jsonl", `{"text":"a"}`)}, Config{}, Text{})
	assert.ErrorContains(t, err, "there is no tokenizer; use a checkpoint with tokenizer files")
}

func TestConfigErrors(t *testing.T) {
	for _, c := range []Config{{Format: "x"}, {LossOn: "x"}, {Packing: "x"}, {Truncation: "x"}, {MaxLength: -1}, {Packing: PackBFD}} {
		_, err := NewEncoder(c, Text{})
		assert.Error(t, err, "%+v", c)
	}
	assert.NoError(t, DefaultConfig().Validate())
}

// The same examples and the same fingerprint whatever the number of threads; another when a label differs.
func TestDeterminism(t *testing.T) {
	tok := gemmaTokenizer(t, chat.SpecialTokens())
	files := []string{"../examples/functioncalling/train.jsonl"}
	load := func(threads int, config Config) *Set {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(threads))
		set, err := Load(context.Background(), files, config, Text{Tokenizer: tok, Template: chat.Hermes{}})
		require.NoError(t, err)
		return set
	}
	one := load(1, Config{})
	assert.Equal(t, 160, one.Report.Examples)
	assert.Equal(t, one, load(8, Config{}))
	assert.NotEqual(t, one.Fingerprint, load(2, Config{LossOn: LossAll}).Fingerprint)
	assert.NotEqual(t, one.Fingerprint, load(2, Config{Packing: PackBFD, MaxLength: 4096}).Fingerprint)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := Load(ctx, files, Config{}, Text{Tokenizer: tok, Template: chat.Hermes{}})
	assert.ErrorIs(t, err, context.Canceled)
}
