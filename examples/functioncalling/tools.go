package main

// param is a parameter of an invented tool. Values are drawn from its lists; a conversation of the held-out file
// draws from held, so that a model cannot answer it from memory.
type param struct {
	name, kind, about string
	optional          bool
	values, held      []string // as JSON
}

// tool is an invented function with the requests that call for it; {name} stands for a parameter.
type tool struct {
	name, about string
	params      []param
	requests    []string
	result      string // JSON, {name} replaced
	reply       string // what the assistant says about the result
}

func text(name, about string, values, held []string) param {
	return param{name: name, kind: "string", about: about, values: quoted(values), held: quoted(held)}
}

func number(name, kind, about string, values, held []string) param {
	return param{name: name, kind: kind, about: about, values: values, held: held}
}

func quoted(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = `"` + w + `"`
	}
	return out
}

var (
	rooms  = text("room", "Room of the house", []string{"kitchen", "attic", "cellar", "studio", "hall", "library"}, []string{"porch", "nursery", "workshop"})
	herbs  = text("plant", "Plant by its name", []string{"basil", "fern", "olive", "mint", "lemon", "ivy"}, []string{"sage", "aloe", "thyme"})
	towns  = text("town", "Name of the town", []string{"Brelm", "Osto", "Verin", "Talvik", "Munea", "Corrad"}, []string{"Lisko", "Harn", "Pellow"})
	people = text("name", "Who it is for", []string{"Ida", "Marek", "Noor", "Tove", "Eli", "Runa"}, []string{"Otis", "Wanda", "Jun"})
	days   = text("day", "Day of the week", []string{"Monday", "Tuesday", "Wednesday", "Friday"}, []string{"Thursday", "Sunday"})
	small  = []string{"2", "3", "4", "5", "6", "8", "9"}
	large  = []string{"12", "15", "18", "21", "25", "30", "40"}
	heldN  = []string{"7", "11", "14"}
)

// trained are the tools of the training file; heldOut stand in the evaluation file only.
var trained = []tool{
	{
		name: "water_plant", about: "Water one plant",
		params:   []param{herbs, number("cups", "integer", "Cups of water", small, heldN)},
		requests: []string{"Please give the {plant} {cups} cups of water.", "The {plant} looks dry. {cups} cups should do.", "Water the {plant} with {cups} cups."},
		result:   `{"plant": {plant}, "watered": true}`, reply: "The {plant} has had its {cups} cups of water.",
	}, {
		name: "set_lamp", about: "Set the brightness of the lamp in a room",
		params:   []param{rooms, number("percent", "integer", "Brightness from 0 to 100", large, heldN)},
		requests: []string{"Dim the lamp in the {room} to {percent} percent.", "I want the {room} lamp at {percent} percent.", "Set the {room} light to {percent}."},
		result:   `{"room": {room}, "percent": {percent}}`, reply: "The lamp in the {room} is now at {percent} percent.",
	}, {
		name: "ferry_times", about: "Departures of the ferry to a town on a day",
		params:   []param{towns, days},
		requests: []string{"When does the ferry to {town} leave on {day}?", "I need the {day} ferry to {town}.", "Which ferries go to {town} on {day}?"},
		result:   `{"departures": ["08:10", "16:40"]}`, reply: "On {day} the ferry to {town} leaves at 08:10 and 16:40.",
	}, {
		name: "bake_timer", about: "Start an oven timer",
		params:   []param{number("minutes", "integer", "How long to bake", large, heldN), text("dish", "What is in the oven", []string{"bread", "pie", "cookies", "lasagna"}, []string{"scones", "quiche"})},
		requests: []string{"The {dish} needs {minutes} minutes in the oven.", "Start {minutes} minutes for the {dish}.", "Set a timer: {dish}, {minutes} minutes."},
		result:   `{"dish": {dish}, "ends_in": {minutes}}`, reply: "The timer for the {dish} runs for {minutes} minutes.",
	}, {
		name: "lend_book", about: "Note that a book was lent to somebody",
		params:   []param{text("title", "Title of the book", []string{"The Tin Garden", "Salt Roads", "Nine Lanterns", "Winter Orchard"}, []string{"Paper Moons", "The Quiet Mill"}), people},
		requests: []string{"{name} is borrowing {title}.", "I lent {title} to {name}.", "Put down that {name} has {title}."},
		result:   `{"lent": {title}, "to": {name}}`, reply: "Noted: {name} has {title}.",
	}, {
		name: "paint_needed", about: "Litres of paint for the walls of a room",
		params:   []param{rooms, number("square_metres", "number", "Area of the walls", []string{"14.5", "22.0", "31.5", "18.0", "27.5"}, []string{"12.5", "35.0"})},
		requests: []string{"How much paint do I need for {square_metres} square metres in the {room}?", "The {room} has {square_metres} square metres of wall. How many litres is that?"},
		result:   `{"litres": 4.5}`, reply: "You need about 4.5 litres for the {room}.",
	}, {
		name: "feed_cat", about: "Feed the cat", params: []param{number("grams", "integer", "Grams of food", large, heldN), {name: "wet", kind: "boolean", about: "Wet food instead of dry", optional: true, values: []string{"true", "false"}, held: []string{"true"}}},
		requests: []string{"Give the cat {grams} grams.", "The cat may have {grams} grams of food."},
		result:   `{"fed": {grams}}`, reply: "The cat got its {grams} grams.",
	}, {
		name: "choir_practice", about: "Enter a choir practice into the calendar",
		params:   []param{days, text("voices", "Which voices come", []string{"sopranos", "altos", "tenors", "basses"}, []string{"everyone"})},
		requests: []string{"{voices} practise on {day}.", "Enter a practice for the {voices} on {day}.", "On {day} the {voices} will sing."},
		result:   `{"entered": {day}}`, reply: "The {voices} will practise on {day}.",
	},
}

var heldOut = []tool{
	{
		name: "sharpen_knife", about: "Send a knife to be sharpened",
		params:   []param{text("knife", "Which knife", []string{"bread knife", "cleaver"}, []string{"bread knife", "cleaver"}), people},
		requests: []string{"Have the {knife} sharpened for {name}.", "{name} wants the {knife} sharp again."},
		result:   `{"sent": {knife}}`, reply: "The {knife} is on its way.",
	}, {
		name: "count_bees", about: "Estimate the bees of a hive",
		params:   []param{number("hive", "integer", "Number of the hive", heldN, heldN), days},
		requests: []string{"How many bees were in hive {hive} on {day}?", "Count the bees of hive {hive} for {day}."},
		result:   `{"bees": 21000}`, reply: "About 21000 bees live in hive {hive}.",
	},
}

// chats need no tool, whatever tools there are.
var chats = [][2]string{
	{"Good morning!", "Good morning! What can I do for you?"},
	{"Thank you, that was all.", "You are welcome."},
	{"Do you like rain?", "I have never felt it, but plants seem to."},
	{"What is the largest lake you can sail for me?", "I cannot sail. None of my tools does that."},
	{"Please write me a song about herrings.", "Silver in the morning tide, herrings swimming side by side."},
	{"Can you repair my bicycle?", "I have no tool for bicycles, I am sorry."},
}
