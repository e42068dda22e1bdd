package data

import (
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// checkCalls compares every call with the tools that are offered.
func (a *Auditor) checkCalls(c *checked) {
	tools, ok := c.row.ToolList()
	if !ok {
		c.add(DefectTools, "messages", "the text between <tools> tags is no list of tools")
	}
	offered := map[string]*schema{}
	for i, tool := range tools {
		function, ok := chat.Function(tool)
		name, _ := function.Str("name")
		if !ok || name == "" {
			continue // decodeTools has refused it
		}
		field := fmt.Sprintf("tools[%d]", i)
		if _, twice := offered[name]; twice {
			c.add(DefectSameTool, field, "a second tool of the name %q", name)
		}
		s := a.schemas.of(function)
		if s.err != nil {
			c.add(DefectSchema, field+".function.parameters", "%v", s.err)
		}
		offered[name] = s
	}
	for i := range c.row.Messages {
		m := &c.row.Messages[i]
		if chat.Canonical(m.Role) != "assistant" {
			continue
		}
		c.checkTurnCalls(m, fmt.Sprintf("messages[%d]", i), offered, ok)
	}
}

func (c *checked) checkTurnCalls(m *chat.Message, field string, offered map[string]*schema, listRead bool) {
	for i, call := range m.ToolCalls {
		c.checkCall(call, fmt.Sprintf("%s.tool_calls[%d]", field, i), offered, listRead)
	}
	if !strings.Contains(text(m), "<tool_call>") {
		return
	}
	for _, p := range chat.ParseOutput(text(m)).Calls {
		if p.Err != nil {
			c.add(DefectCall, field+".content", "%v", p.Err)
			continue
		}
		c.python = append(c.python, p.Python)
		c.checkCall(p.Call, field+".content", offered, listRead)
	}
}

func (c *checked) checkCall(call chat.ToolCall, field string, offered map[string]*schema, listRead bool) {
	s, ok := offered[call.Name]
	if !ok {
		if listRead {
			c.add(DefectUnknownTool, field, "a call of %q, which is not offered%s", call.Name, nearestTool(call.Name, offered))
		}
		return
	}
	args, _ := call.Arguments.(*literal.Dict)
	if s.err == nil && args != nil {
		s.check(args, func(d Defect, where, detail string) {
			c.add(d, field+".arguments"+where, "%s: %s", call.Name, detail)
		})
	}
}

func nearestTool(name string, offered map[string]*schema) string {
	for other := range offered {
		if distance(strings.ToLower(name), strings.ToLower(other), 3) <= 2 {
			return fmt.Sprintf(" (%q is)", other)
		}
	}
	return ""
}

// english is used to write out what the schema library found.
var english = message.NewPrinter(language.English)

// check validates arguments and reports each violation.
func (s *schema) check(args *literal.Dict, report func(d Defect, where, detail string)) {
	for _, m := range args.Members {
		if s.properties != nil && !s.open {
			if _, ok := s.properties.Get(m.Key); !ok {
				report(DefectUnexpected, "."+m.Key, "the schema has no such parameter")
			}
		}
	}
	err := s.compiled.Validate(plain(args))
	invalid, ok := err.(*jsonschema.ValidationError)
	if !ok {
		return
	}
	for _, leaf := range leaves(invalid) {
		where := ""
		for _, part := range leaf.InstanceLocation {
			where += "." + part
		}
		switch k := leaf.ErrorKind.(type) {
		case *kind.Required:
			report(DefectMissing, where, strings.Join(k.Missing, ", ")+" missing")
		case *kind.AdditionalProperties: // named above
		default:
			report(DefectArgument, where, leaf.ErrorKind.LocalizedString(english))
		}
	}
}

func leaves(e *jsonschema.ValidationError) []*jsonschema.ValidationError {
	if len(e.Causes) == 0 {
		return []*jsonschema.ValidationError{e}
	}
	var out []*jsonschema.ValidationError
	for _, c := range e.Causes {
		out = append(out, leaves(c)...)
	}
	return out
}
