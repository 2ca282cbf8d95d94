"""How much a class can be, so that nobody fills the disk or the screens of others."""

CLASSROOMS = 500  # on a server
MEMBERS = 300  # of a class
QUESTIONS = 200
ACTIVITIES = 200
POSTS_EACH = 20  # of a member in one activity; the oldest goes
POSTS = 3_000
NAME = 60  # characters
OPTIONS = 24
OPTION = 40  # characters
LEADS = 1_000  # characters of an address
EXPERIMENT = 4_000  # characters of JSON
NUMBERS = 12  # measured of one run
POINTS = 60  # of its curve
DAY = 24 * 3600.0  # seconds
UNUSED = 1 * DAY  # after which a class makes room for a new one, on a server that is full
WIPED = 30 * DAY  # after its last use
