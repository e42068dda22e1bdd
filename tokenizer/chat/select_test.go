package chat_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/tokenizer/chat"
)

func TestSelect(t *testing.T) {
	sources := readDicts(t, "testdata/templates.jsonl")[0]
	assert.Equal(t, field(sources, "stock"), chat.GemmaSource)
	assert.Equal(t, field(sources, "course"), chat.CourseSource)
	for _, c := range []struct{ name, source, want string }{
		{"gemma", "x", "gemma"}, {"course", "", "course"}, {"hermes", "", "hermes"}, {"auto", "", "gemma"},
		{"auto", chat.GemmaSource, "gemma"}, {"auto", chat.CourseSource, "course"}, {"auto", "{{ bos_token }}", "checkpoint"},
	} {
		got, err := chat.Select(c.name, c.source)
		require.NoError(t, err)
		assert.Equal(t, c.want, got.Name())
	}
	_, err := chat.Select("gemini", "")
	assert.ErrorIs(t, err, chat.ErrTemplateName)
	_, err = chat.Select("auto", "{% if %}")
	assert.Error(t, err)
}
