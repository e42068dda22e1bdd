package data

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// seeded is a defect put into one row of a clean file.
type seeded struct {
	name   string
	defect Defect
	also   []Defect // defects that follow from it
	spoil  func(line string) string
	config Config
}

func replace(old, new string) func(string) string {
	return func(line string) string {
		if !strings.Contains(line, old) {
			panic("the row has no " + old)
		}
		return strings.Replace(line, old, new, 1)
	}
}

// base is the row that gets spoilt: one call, its answer, and a text that holds the same call in tags.
const base = `{"messages":[{"role":"user","content":"Water the fig with 3 cups, please."},{"role":"assistant","content":"","tool_calls":[{"type":"function","function":{"name":"water_plant","arguments":{"plant":"fig","cups":3}}}]},{"role":"tool","name":"water_plant","content":"{\"watered\": true}"},{"role":"assistant","content":"<think>All is done.</think>The fig has its water."}],"tools":[{"type":"function","function":{"name":"water_plant","description":"Water one plant","parameters":{"type":"object","properties":{"plant":{"type":"string"},"cups":{"type":"integer"},"mode":{"type":"string","enum":["slow","fast"]}},"required":["plant","cups"]}}}]}`

const inText = `{"messages":[{"role":"user","content":"Water the oak."},{"role":"assistant","content":"<tool_call>\n{\"name\": \"water_plant\", \"arguments\": {\"plant\": \"oak\"}}\n</tool_call>"}],"tools":[{"name":"water_plant","parameters":{"type":"object","properties":{"plant":{"type":"str"}},"required":["plant"]}}]}`

func text2(row string) func(string) string { return func(string) string { return row } }

var defects = []seeded{
	{name: "cut line", defect: DefectRow, spoil: func(l string) string { return l[:len(l)-40] }},
	{name: "bad UTF-8", defect: DefectRow, spoil: replace("please", "pl\xffase")},
	{name: "key twice", defect: DefectRow, spoil: replace(`"cups":3`, `"cups":3,"cups":4`)},
	{name: "no messages", defect: DefectRow, spoil: replace(`{"messages"`, `{"mesages"`)},
	{name: "role missing", defect: DefectRow, spoil: replace(`"role":"user",`, ``)},
	{name: "tools unreadable", defect: DefectTools, spoil: replace(`"tools":[{`, `"tools":["{`+"\u00b4"+`",{`)},
	{name: "schema type unknown", defect: DefectSchema, spoil: replace(`{"type":"integer"}`, `{"type":"number of cups"}`)},
	{name: "arguments unreadable", defect: DefectCall, spoil: replace(`{"plant":"fig","cups":3}`, `"{plant: fig}"`)},
	{name: "call in text unreadable", defect: DefectCall, spoil: text2(strings.Replace(inText, `\"oak\"}}`, `\"oak\"}`, 1))},
	{name: "unknown tool", defect: DefectUnknownTool, spoil: replace(`"name":"water_plant","arguments"`, `"name":"water_plants","arguments"`)},
	{name: "argument missing", defect: DefectMissing, spoil: replace(`,"cups":3`, ``)},
	{name: "argument unknown", defect: DefectUnexpected, spoil: replace(`"cups":3`, `"cups":3,"litres":1`)},
	{name: "argument of wrong type", defect: DefectArgument, spoil: replace(`"cups":3`, `"cups":"3"`)},
	{name: "argument not in enum", defect: DefectArgument, spoil: replace(`"cups":3`, `"cups":3,"mode":"medium"`)},
	{name: "misspelt tag", defect: DefectMisspelt, spoil: replace(`"{\"watered\": true}"`, `"<tool_reponse>{\"watered\": true}</tool_reponse>"`), also: []Defect{DefectMisspelt}},
	{name: "split tag", defect: DefectSplit, spoil: text2(strings.Replace(inText, "<tool_call>", "< tool_call>", 1)), also: []Defect{DefectUnbalanced}},
	{name: "tag without end", defect: DefectSplit, spoil: text2(strings.Replace(inText, "</tool_call>", "</tool_call", 1)), also: []Defect{DefectCall, DefectUnbalanced}},
	{name: "thought not closed", defect: DefectUnbalanced, spoil: replace("</think>", "")},
	{name: "end of turn inside", defect: DefectMarkup, spoil: replace("The fig has", "The fig<end_of_turn> has")},
	{name: "two user turns", defect: DefectRoles, spoil: replace(`{"role":"user"`, `{"role":"user","content":"Hello?"},{"role":"user"`)},
	{name: "tool before call", defect: DefectRoles, spoil: replace(`{"role":"assistant","content":"","tool_calls"`, `{"role":"tool","content":"x"},{"role":"assistant","content":"","tool_calls"`)},
	{name: "ends with a question", defect: DefectRoles, spoil: replace(`has its water."}]`, `has its water."},{"role":"user","content":"And now?"}]`)},
	{name: "unknown role", defect: DefectRoles, spoil: replace(`"role":"user"`, `"role":"narrator"`), also: []Defect{DefectTemplate}},
	{name: "answer lost", defect: DefectResponse, spoil: replace(`{"role":"tool","name":"water_plant","content":"{\"watered\": true}"},`, ``), also: []Defect{DefectRoles}},
	{name: "no words", defect: DefectEmpty, spoil: replace("<think>All is done.</think>The fig has its water.", " ")},
	{name: "no turns", defect: DefectEmpty, spoil: text2(`{"messages":[]}`)},
	{name: "nothing learnt", defect: DefectMasked, spoil: func(l string) string {
		l = strings.Replace(l, `"role":"assistant"`, `"role":"assistant","weight":0`, 2)
		return l
	}},
	{name: "row twice", defect: DefectDuplicate, spoil: func(l string) string { return firstRow }},
	{name: "tool twice", defect: DefectSameTool, spoil: replace(`"tools":[`, `"tools":[{"name":"water_plant"},`)},
	{name: "two styles", defect: DefectMixed, spoil: text2(strings.ReplaceAll(inText, `\"`, `'`))},
	{name: "broken characters", defect: DefectReplacement, spoil: replace("please", "pl\ufffdase")},
	{name: "control character", defect: DefectControl, spoil: replace("please", `pl\u0007ase`)},
	{name: "too long", defect: DefectTruncated, spoil: replace("its water.", strings.Repeat("its water ", 900))},
	{name: "call cut", defect: DefectCutCall, spoil: replace(`"fig"`, `"`+strings.Repeat("fig ", 900)+`"`)},
}

var firstRow string

// cleanRows are rows of the example, one with its call in the text as JSON.
func cleanRows(t testing.TB) []string {
	raw, err := os.ReadFile("../examples/functioncalling/train.jsonl")
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(string(raw)), "\n")[:20]
	firstRow = lines[0]
	return append(lines, strings.Replace(inText, "oak", "elm", 2), strings.Replace(inText, "oak", "ash", 2))
}

// Each of 34 seeded defects is found, in its row, under its name, and nothing else is.
func TestAuditFindsSeededDefects(t *testing.T) {
	kinds := map[Defect]bool{}
	for _, s := range defects {
		t.Run(s.name, func(t *testing.T) {
			lines := cleanRows(t)
			const at = 7
			lines[at] = s.spoil(base)
			config := s.config
			config.MaxLength = 1024
			path := writeTemp(t, "train.jsonl", strings.Join(lines, "\n")+"\n")
			report, err := auditor(t, config).Audit(context.Background(), []string{path}, nil)
			require.NoError(t, err)
			allowed := map[Defect]bool{s.defect: true}
			for _, d := range s.also {
				allowed[d] = true
			}
			found := false
			for _, f := range report.Findings {
				assert.Equal(t, at+1, f.Source.Line, "%+v", f)
				assert.True(t, allowed[f.Defect], "%+v", f)
				found = found || f.Defect == s.defect
			}
			assert.True(t, found, "not found in %+v", report.Findings)
			kinds[s.defect] = true
		})
	}
	assert.GreaterOrEqual(t, len(kinds), 20)
	path := writeTemp(t, "train.jsonl", strings.Join(append(cleanRows(t), base), "\n"))
	report, err := auditor(t, Config{MaxLength: 1024}).Audit(context.Background(), []string{path}, nil)
	require.NoError(t, err)
	assert.Empty(t, report.Findings, "a clean file")
}

func auditor(t testing.TB, config Config) *Auditor {
	return auditorFor(t, config, chat.Hermes{})
}

// Text and token rows have their own defects: BOS and EOS.
func TestAuditOfTextsAndTokens(t *testing.T) {
	for row, want := range map[string]Defect{
		`{"text":"<bos><bos>Hi"}`:                                       DefectDoubleBOS,
		`{"text":"<bos>Hi"}`:                                            DefectDoubleBOS,
		`{"text":"<start_of_turn>user\nHi"}`:                            DefectMissingEnd,
		`{"text":"Hi <bos> there"}`:                                     DefectMarkup,
		`{"text":" "}`:                                                  DefectEmpty,
		`{"prompt":"Hi","completion":""}`:                               DefectEmpty,
		`{"text":"Hi"}`:                                                 "",
		`{"input_ids":[2,2,5,1]}`:                                       DefectDoubleBOS,
		`{"input_ids":[2,5,6]}`:                                         DefectMissingEnd,
		`{"input_ids":[2,5,107,108]}`:                                   "",
		`{"input_ids":[2,5,1],"labels":[-100,-100,-100]}`:               DefectMasked,
		`{"input_ids":[]}`:                                              DefectEmpty,
		`{"prompt":"<bos>Hi","completion":"there"}`:                     DefectDoubleBOS,
		`{"prompt":"Hi","completion":"<tool_cal>x</tool_cal>"}`:         DefectMisspelt,
		`{"prompt":"Hi","completion":"a <b>bold</b> <table> <thing2>"}`: "",
	} {
		report, err := auditor(t, Config{}).Audit(context.Background(), []string{writeTemp(t, "x.jsonl", row)}, nil)
		require.NoError(t, err)
		if want == "" {
			assert.Empty(t, report.Findings, row)
			continue
		}
		require.NotEmpty(t, report.Findings, row)
		for _, f := range report.Findings {
			assert.Equal(t, want, f.Defect, row)
		}
	}
}

func TestAuditOverlap(t *testing.T) {
	lines := cleanRows(t)
	train := writeTemp(t, "train.jsonl", strings.Join(lines, "\n"))
	question := `{"messages":[{"role":"user","content":"water   the ELM."},{"role":"assistant","content":"No."}],` + inText[strings.Index(inText, `"tools"`):]
	eval := writeTemp(t, "valid.jsonl", lines[3]+"\n"+base+"\n"+question)
	report, err := auditor(t, Config{}).Audit(context.Background(), []string{train}, []string{eval})
	require.NoError(t, err)
	require.Len(t, report.Findings, 2)
	for i, line := range []int{1, 3} {
		assert.Equal(t, DefectOverlap, report.Findings[i].Defect)
		assert.Equal(t, Source{eval, line}, report.Findings[i].Source)
	}
	assert.Contains(t, report.Findings[1].Detail, "train.jsonl:21")
}

// Without a tokenizer or a template the rest is still checked, and the report says what was not.
func TestAuditWithoutTokenizer(t *testing.T) {
	a, err := NewAuditor(Config{}, Text{})
	require.NoError(t, err)
	path := writeTemp(t, "x.jsonl", strings.Replace(base, `"cups":3`, `"cups":"3"`, 1))
	report, err := a.Audit(context.Background(), []string{path}, nil)
	require.NoError(t, err)
	require.Len(t, report.Findings, 1)
	assert.Equal(t, DefectArgument, report.Findings[0].Defect)
	assert.Equal(t, []string{"tokens, lengths and masks: no tokenizer given"}, report.NotLooked)
	b, err := json.Marshal(report)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"counts":{"wrong-argument":1}`)
	_, err = a.Audit(context.Background(), []string{filepath.Join(t.TempDir(), "none")}, nil)
	assert.Error(t, err)
}

// Safe repairs: after them the audit finds nothing of what they mend, and other rows are as they were.
func TestFix(t *testing.T) {
	lines := cleanRows(t)
	lines = append(lines, lines[0], // a duplicate
		strings.Replace(base, `"{\"watered\": true}"`, `"< tool_response>{\"watered\": true}</tool_reponse>"`, 1),
		strings.Replace(base, `"cups":3`, `"cups":"3"`, 1)) // not for us to mend
	path := writeTemp(t, "x.jsonl", strings.Join(lines, "\n"))
	a := auditor(t, Config{})
	report, err := a.Audit(context.Background(), []string{path}, nil)
	require.NoError(t, err)
	fixed, err := a.Fix(context.Background(), path, report.Findings)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 1, 1}, []int{fixed.Dropped, fixed.Repaired, fixed.Kept})
	require.Len(t, fixed.Rows, len(lines)-1)
	var out []string
	for _, row := range fixed.Rows {
		out = append(out, literal.JSON(row))
	}
	assert.Equal(t, lines[0], out[0], "an untouched row keeps its spelling")
	assert.Contains(t, out[len(out)-2], `<tool_response>{\"watered\": true}</tool_response>`)
	again, err := a.Audit(context.Background(), []string{writeTemp(t, "y.jsonl", strings.Join(out, "\n"))}, nil)
	require.NoError(t, err)
	assert.Equal(t, map[Defect]int{DefectArgument: 1}, again.Counts)
}

// A hostile schema opens no file and no address, and does not stop the audit.
func TestSchemaRefersToNothing(t *testing.T) {
	for _, parameters := range []string{`{"$ref":"file:///etc/passwd"}`, `{"$ref":"http://127.0.0.1:1/x"}`, `{"type":"object","properties":{"a":{"pattern":"(("}}}`, `[1]`, `"x"`, `{"properties":5}`} {
		row := fmt.Sprintf(`{"messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y"}],"tools":[{"name":"f","parameters":%s}]}`, parameters)
		report, err := auditor(t, Config{}).Audit(context.Background(), []string{writeTemp(t, "x.jsonl", row)}, nil)
		require.NoError(t, err)
		require.Len(t, report.Findings, 1, parameters)
		assert.Equal(t, DefectSchema, report.Findings[0].Defect, parameters)
	}
	loop := `{"messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"name":"f","arguments":{"a":{"a":{}}}}]}],"tools":[{"name":"f","parameters":{"type":"object","properties":{"a":{"$ref":"#"}}}}]}`
	report, err := auditor(t, Config{}).Audit(context.Background(), []string{writeTemp(t, "x.jsonl", loop)}, nil)
	require.NoError(t, err)
	assert.Empty(t, report.Findings)
}
