"""Thousands of short messages as people write them, and some among them that are asked for."""

import random
from collections.abc import Iterator

_SLOTS: dict[str, tuple[str, ...]] = {
    "who": (
        *("Anna", "Boris", "Chen", "Dalia", "Emeka", "Fatma", "Goran", "Hilde", "Imran", "Jun"),
        *("Katya", "Luis", "Mirko", "Nadia", "Oskar", "Paula", "Rashid", "Sofia", "Timo", "Yuki"),
    ),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "town": (
        *("Leeds", "Porto", "Graz", "Turin", "Gdańsk", "Bergen", "Lyon", "Zadar", "Kyoto", "Quito"),
        *("Bristol", "Malmö", "Varna", "Split", "Ghent", "Basel", "Cork", "Nantes", "Riga", "Oulu"),
    ),
    "dish": ("lentil soup", "risotto", "pancakes", "fish pie", "dumplings", "ratatouille", "curry"),
    "sport": ("football", "tennis", "rowing", "climbing", "handball", "judo", "basketball"),
    "tool": (
        "the compiler",
        "the linter",
        "Docker",
        "the debugger",
        "Jenkins",
        "Gradle",
        "webpack",
    ),
    "lang": ("Python", "Java", "Rust", "Kotlin", "Go", "Swift", "SQL", "Haskell", "TypeScript"),
    "thing": ("the printer", "the lamp", "the fridge", "the tent", "the ladder", "the camera"),
    "film": ("the thriller", "the comedy", "the documentary", "the western", "the musical"),
    "bug": ("a wrong total", "an empty page", "a double entry", "a slow list", "a lost comma"),
    "n": tuple(str(number) for number in range(3, 98)),
}
_TEMPLATES = (  # short: a small machine embeds thousands of them for the tests
    "{who} plays {sport} in {town}.",
    "Translate the letter of {who} by {day}.",
    "{tool} prints warning {n} in {lang}.",
    "{who} cooks {dish} for {n} guests.",
    "{who} found {bug} in module {n}.",
    "The train to {town} was {n} minutes late.",
    "We saw {film} in {town} with {who}.",
    "Sort {n} names in {lang}, please.",
    "{thing} costs {n} euro less in {town}.",
    "The lesson on {day} is about chapter {n}.",
    "My {dish} takes {n} minutes.",
    "{who} lends {thing} until {day}.",
    "{tool} {n} works with {lang} again.",
    "In {town} it rained for {n} hours.",
    "Shorten the speech of {who} to {n} lines.",
    "{who} sold {n} tickets for {film}.",
)

ASKED = (
    (
        "Where did we hide the spare key of the cottage?",
        "The second key for the hut lies under the flat stone behind the rain barrel.",
    ),
    (
        "What is our cat allergic to?",
        "The vet says that Minka gets her rash from chicken, so no more poultry in her bowl.",
    ),
    (
        "How much did the new roof cost?",
        "Covering the house anew came to 18,400 including the scaffold and the gutters.",
    ),
    (
        "When is my eye doctor appointment?",
        "The ophthalmologist can see you on the ninth of March at a quarter past eight.",
    ),
    (
        "Which wine went well with the deer?",
        "With the venison we drank a Blaufränkisch from Burgenland, and everybody liked it.",
    ),
    (
        "Why did the rocket experiment of the pupils fail?",
        "The bottle did not take off in class because the cork sat too loosely and lost pressure.",
    ),
    (
        "Which vaccination do we need before going to Uganda?",
        "Yellow fever is obligatory to enter Kampala, and the doctor advised rabies as well.",
    ),
    (
        "What gift would grandmother enjoy?",
        "Granny would be happy about a picture book of the family more than about flowers again.",
    ),
    (
        "How can I calm a crying baby at night?",
        "Carry the infant belly down along your arm and hum; most of them settle in minutes.",
    ),
    (
        "Where can I get my bicycle mended on a Sunday?",
        "Only the workshop behind the station repairs bikes at the weekend, until four.",
    ),
    (
        "What did the neighbour complain about?",
        "Mr Brandt next door was angry because our music went on after midnight.",
    ),
    (
        "How do I keep moths away from the jumpers?",
        "Lavender bags between the woollens, and freeze whatever already has holes.",
    ),
)
"""Questions and the messages that answer them, with few words in common."""

ASKED_HARD = (
    (
        "What is the wifi password rule in the office?",
        "The code for the wireless network changes every quarter and hangs inside the cupboard.",
    ),
    (
        "How do I get a memory leak out of my browser extension?",
        "The tab kept growing since each listener held its page; remove them when the port closes.",
    ),
    (
        "Which mushroom did we decide not to eat?",
        "The pale one with the ring from the birch wood stays out of the pan: too like a death cap.",
    ),
)
"""The same, but a small model finds other messages nearer."""


def messages(count: int) -> list[str]:
    """Return `count` different messages, always the same, the answers to be found among them."""
    rng = random.Random(11)
    answers = [answer for _, answer in (*ASKED, *ASKED_HARD)]
    made = list(dict.fromkeys(_made(rng, 3 * count)))[: count - len(answers)]
    for place, answer in enumerate(answers, 1):
        made.insert(place * count // (len(answers) + 1), answer)
    return made


def _made(rng: random.Random, count: int) -> Iterator[str]:
    for _ in range(count):
        chosen = {name: rng.choice(values) for name, values in _SLOTS.items()}
        yield rng.choice(_TEMPLATES).format(**chosen)
