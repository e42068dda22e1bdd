package chat

import "fmt"

// GemmaSource is the chat template of gemma-2-it as its checkpoint has it; Gemma does the same.
const GemmaSource = `{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}{% endif %}{% if (message['role'] == 'assistant') %}{% set role = 'model' %}{% else %}{% set role = message['role'] %}{% endif %}{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}`

// CourseSource is the chat template of the function-calling course; Course does the same.
const CourseSource = `{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% for message in messages %}{{ '<start_of_turn>' + message['role'] + '\n' + message['content'] | trim + '<end_of_turn><eos>\n' }}{% endfor %}{% if add_generation_prompt %}{{'<start_of_turn>model\n'}}{% endif %}`

// Select returns the template that a user names: gemma, course, hermes, or auto, which takes the one of the checkpoint
// (source, "" when it has none): a built-in one where it is the same, else the Jinja interpreter. A checkpoint without
// one is taken for gemma's.
func Select(name, source string) (Template, error) {
	if name != "auto" {
		return ForName(name)
	}
	switch source {
	case "", GemmaSource:
		return Gemma{}, nil
	case CourseSource:
		return Course{}, nil
	}
	return NewJinja("checkpoint", source)
}

// Source is the Jinja form of a built-in template, to be saved with a tokenizer; false when it has none.
func Source(t Template) (string, bool) {
	switch t.(type) {
	case Gemma:
		return GemmaSource, true
	case Course:
		return CourseSource, true
	}
	return "", false
}

// ForName returns the built-in template of that name.
func ForName(name string) (Template, error) {
	for _, t := range []Template{Gemma{}, Course{}, Hermes{}} {
		if t.Name() == name {
			return t, nil
		}
	}
	return nil, fmt.Errorf("%w: %q, have gemma, course, hermes, auto", ErrTemplateName, name)
}
