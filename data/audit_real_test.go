package data

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer/chat"
)

func auditorFor(t testing.TB, config Config, template chat.Template) *Auditor {
	t.Helper()
	a, err := NewAuditor(config, Text{Tokenizer: gemmaTokenizer(t, chat.SpecialTokens()), Template: template})
	require.NoError(t, err)
	return a
}

// The example data set is clean, and its held-out file asks nothing that the training file answers.
func TestAuditOfTheExampleIsClean(t *testing.T) {
	a := auditorFor(t, Config{MaxLength: 2048}, chat.Hermes{})
	report, err := a.Audit(context.Background(), []string{"../examples/functioncalling/train.jsonl"}, []string{"../examples/functioncalling/valid.jsonl"})
	require.NoError(t, err)
	assert.Equal(t, 160, report.Rows)
	assert.Equal(t, 40, report.EvalRows)
	assert.Empty(t, report.Findings)
	assert.Equal(t, 160, report.Lengths.Rows)
}

// What an audit says of the collections at hand is printed, for the reader of the test's log.
func TestAuditOfCollections(t *testing.T) {
	for _, c := range []struct {
		file     string
		template chat.Template
	}{{"train_messages.jsonl", chat.Hermes{}}, {"hermes_conversations.jsonl", chat.Hermes{}}} {
		a := auditorFor(t, Config{MaxLength: 1500}, c.template)
		report, err := a.Audit(context.Background(), []string{testshared.Path(t, "data/"+c.file)}, []string{testshared.Path(t, "data/bfcl_dev.jsonl")})
		require.NoError(t, err)
		var table strings.Builder
		require.NoError(t, report.WriteTable(&table))
		t.Logf("%s\n%s", c.file, table.String())
	}
}
