"""How a comment speaks of a person, shared by the recognisers of requests and whereabouts."""

from __future__ import annotations

from fruitful.moderation.doxing.words import any_of, vocabulary

PERSON = any_of(vocabulary().persons)
KIN = any_of(vocabulary().kin)
THING = any_of(vocabulary().private_things)
QUALIFIER = any_of(vocabulary().qualifiers)

POSSESSIVE = rf"(?:his|her|their|(?:(?:this|that|the)\s)?(?!(?:it|that|what|there|here|let|who|one)')[a-z]{{2,20}}'s|(?:this|that|the)\s{PERSON}s?')"

SUBJECT = (
    rf"(?:he|she|they|{POSSESSIVE}\s(?:[a-z]{{2,12}}\s)?{KIN}|(?:this|that|the)\s(?:[a-z]{{2,12}}\s)?{PERSON}"
    rf"|(?:my|our)\s(?:[a-z]{{2,12}}\s)?(?:{PERSON}|ex(?:-\w+)?))"
)

OBJECT = rf"(?:him|her|them|(?:this|that|the)\s(?:[a-z]{{2,12}}(?:'s)?\s){{0,2}}(?:{PERSON}|{KIN}))"

NAME = r"(?P<name>[a-z][a-z'-]{1,20}(?:\s[a-z][a-z'-]{1,20})?)"
