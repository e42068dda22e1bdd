package chat

// Tags of the Hermes conventions.
const (
	toolsOpen     = "<tools>"
	toolsClose    = "</tools>"
	thinkOpen     = "<think>"
	thinkClose    = "</think>"
	callOpen      = "<tool_call>"
	callClose     = "</tool_call>"
	responseOpen  = "<tool_response>"
	responseClose = "</tool_response>"
)

// SpecialTokens are the tags that the course adds to the vocabulary, in its order, spelled right.
func SpecialTokens() []string {
	return []string{toolsOpen, toolsClose, thinkOpen, thinkClose, callOpen, callClose, responseOpen, responseClose}
}

// SpecialTokensTypo are the same with the response pair as the course's notebook spells it.
func SpecialTokensTypo() []string {
	return []string{toolsOpen, toolsClose, thinkOpen, thinkClose, callOpen, callClose, "<tool_reponse>", "</tool_reponse>"}
}
