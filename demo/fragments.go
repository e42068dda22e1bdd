package demo

import (
	"math/rand/v2"
	"slices"
	"strings"
)

// More words of training, and those that requests and answers are made of.
var (
	common = strings.Fields("able acid aged also area army away baby back ball band bank base bath bear beat bell belt best " +
		"bill bird blow blue body bold bone born both bread brick brown burn bush busy cake camp card care case cash cast " +
		"cell chair charge chart chief child choir circle cloth cloud coal coast coat cold cook copper copy corn cost cotton " +
		"crowd dance dark data dead deal dear deep degree dinner doctor dozen dream dress drink drive duty early earth east " +
		"easy edge eight empty enemy event every exam extra face fact fair fall family farmer fast father fear field fight " +
		"final fire first fish five flag flat flight flower fold food foot force forest form fresh friend front fruit full " +
		"game gate gift girl glass goal gold grain grand grass gray green group half hall hand happy hard head heart heat " +
		"heavy height hill hole holiday home honey hope human idea inch iron item join joke judge juice jump just keep kind " +
		"king kitchen knee knife lake land large last late laugh law lead leaf learn leather left light line lion lip list " +
		"load local long loss loud love low lunch main mark mass match matter meal mean meat medal meet member metal middle " +
		"mile milk mind minute model money moon morning mother motor mountain mouth music nail narrow nature near neck nerve " +
		"news next night noise north nose note number nurse ocean office oil olive orange order other paper parent part party " +
		"past path peace pepper phone photo pink pipe plane plant plate play point pool port post potato power press prize " +
		"public purple queen quick quiet radio rail rain range rank rate ready reason region rent reply rest rice rich ring " +
		"rise road rock roof root rose rough round royal rule salt sand school science score sea season seat second seed " +
		"serial series seven shade sharp sheet ship shirt shoe shop short shoulder silk silver simple single sister skin sky " +
		"slow smooth snow soap soft soil song sound soup south space spoon sport spring square staff stage star state station " +
		"steam steel stem step stick stone store storm story straw stream string strong student sugar summer sun sweet system " +
		"tail tall target taste tax tea term text thick thin thread threat tide tie tiger time tin tip tone tool tooth top " +
		"touch track trade train tree trip truck trust truth turn twist type uncle under unit value vase verse view village " +
		"visit voice wage walk wall war warm water wave wax way week well west wheat white wide wild wind window wine wing " +
		"winter wire wise woman wood wool work world worm wrong yard yellow young zero zone")
	glue = strings.Fields("and with the please can you want to help me sorry there is no tool for that use would which first of")
)

// english is the words of a list that training may show; fragments are cut from them and from what stands around them.
var english = slices.DeleteFunc(slices.Concat(common, verbs, nouns, parameters), held)

const letters = "abcdefghijklmnopqrstuvwxyz"

// pieced makes a word of two or three arbitrary fragments: single letters, pairs, syllables, and pieces of English words,
// also such as stand between words. The tokenizer cuts it into pieces that invented words seldom have.
func pieced(r *rand.Rand) string {
	w := ""
	for range 2 + r.IntN(2) {
		switch r.IntN(5) {
		case 0:
			w += string(letters[r.IntN(len(letters))])
		case 1:
			w += string([]byte{letters[r.IntN(len(letters))], letters[r.IntN(len(letters))]})
		case 2:
			w += onsets[r.IntN(len(onsets))] + nuclei[r.IntN(len(nuclei))]
		case 3:
			w += glue[r.IntN(len(glue))]
		default:
			from := english[r.IntN(len(english))]
			at := r.IntN(len(from) - 1)
			w += from[at:min(len(from), at+2+r.IntN(3))]
		}
	}
	return w
}
