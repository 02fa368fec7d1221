"""The words of the laid-out pages: titles, and sentences with what each of them says.

In a sentence ``{was}`` becomes "has been" on the old platform and "was" on the new; ``{n}`` is a section's number,
``{m}`` another, ``{h}`` and ``{g}`` their headings, ``{old}`` a former title.
"""

from __future__ import annotations

from dataclasses import dataclass

SHORT_TITLES = """\
Access to Records
Adoption Panel
Adoption Support
Advocacy
Age Assessment
Allegations Against Foster Carers
Appropriate Adults
Assessments
Bail and Remand
Bereavement
Bullying
Care Leavers in Higher Education
Care Plans
Case Recording
Case Transfers
Child Death Reviews
Child in Need Plans
Child Protection Conferences
Child Protection Enquiries (Section 47)
Children in Hospital
Children of Prisoners
Chronologies
Complaints
Contact with Birth Families
Contacts and Referrals
Core Groups
Counter-Extremism and Families
Court Reports
Decision to Accommodate
Delegated Authority
Dentists and Opticians
Direct Payments
Discharge of Care Orders
Domestic Abuse
Early Help
Education of Children in Care
Emergency Duty Team
Emergency Protection Orders
Families Without Recourse to Public Funds
Family Group Conferences
Foster Carers' Reviews
Fostering Allowances
Fostering Panel
Health Plans
Holidays
Home Education
Independent Visitors
Information Sharing
Inter-Country Adoption
Interpreters
Kinship Care
Leaving Care: Money
Letterbox Contact
Life Story Work
Lone Working
Medical Consent
Missing from Care
Neglect
Out of County Placements
Parental Mental Ill-Health
Parents Who Are Children
Pathway Plans
Pets
Photographs and Films
Placement Planning
Placements with Parents
Pre-Birth Assessment
Private Fostering
Reports under Section 7 and Section 37
Respite
Savings
Secure Accommodation
Short Breaks
Siblings
Social Media
Special Guardianship
Staying Put
Strategy Discussions
Supervised Contact
Supervision of Staff
Thresholds
Transport
Unregistered Homes
Virtual School
Visits to Children in Care
Whistleblowing
Young Carers
Youth Homelessness""".splitlines()

LONG_TITLES = """\
Children and Young People Who Go Missing from Home, from Care or from School
Placing Children with Disabilities in Residential Schools and in Homes Outside the County
Young People Remanded to the Council's Care or to Youth Detention Accommodation
Aftercare for Young People Who Were Detained under Section 117 of the Mental Health Act 1983
Deaths and Serious Injuries of Children in Care, Children in Need and Care Leavers
Early Permanence: Fostering for Adoption and Carers Who Are Approved Twice
Assessing and Approving Relatives and Friends as Foster Carers in a Hurry
Working with Unaccompanied Children and with Young Victims of Trafficking
Housing for Sixteen and Seventeen Year Olds Who Have Nowhere Safe to Live""".splitlines()

REMOVED_TITLES = """\
Mileage Claims: Old Form
Duty Rota
Sessional Workers
Mobile Telephones for Foster Carers
Practice Note: Snow and Ice
Foster Carers' Newsletter 2014-2016
Child Seat Loans
Play Scheme Leaflet
Working Party on Chronologies (Terms of Reference)
Equipment Store: Opening Hours
Summer Clubs
Panel Expenses - Flowchart""".splitlines()

FORMER_TITLES = ["Overnight Visits", "Runaways", "Au Pairs and Lodgers", "Contact Orders", "Crisis Fund"]
LINK_TITLES = ["Neglect Toolkit", "Threshold Document", "Practice Handbook (PDF)", "Regional Sufficiency Strategy"]
HEADINGS = [
    "Introduction",
    "Planning",
    "Who Decides",
    "Recording and Sharing",
    "Section 20 Accommodation",
    "Roles and Duties",
    "Reviews",
    "Money",
    "When a Child Says No",
    "Timescales - Weekdays and Weekends",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """What stands in the details cell, a paragraph a string; "• " begins a bullet."""

    paragraphs: tuple[str, ...]
    sections: tuple[str, ...] = ()
    reread: bool = False
    rereference: bool = False
    former: bool = False
    joins: bool = True
    """Whether anybody could tell where it begins when it stands on one line behind its title."""


def _says(
    *paragraphs: str,
    sections: str = "",
    reread: bool = False,
    rereference: bool = False,
    former: bool = False,
    joins: bool = True,
) -> Sentence:
    return Sentence(
        paragraphs=paragraphs,
        sections=tuple(sections.split()),
        reread=reread,
        rereference=rereference,
        former=former,
        joins=joins,
    )


UPDATED = [
    _says("This chapter {was} refreshed."),
    _says("This chapter {was} gone through again and its links mended."),
    _says("This chapter {was} updated to name the county's new helpline."),
    _says("This chapter {was} revised throughout."),
    _says("This chapter {was} revised and should be re-read.", reread=True),
    _says("This chapter {was} extensively rewritten and should be read in full.", reread=True),
    _says("This chapter {was} reordered and should be re-read throughout.", reread=True),
    _says("This chapter {was} rewritten after a judgment.", "Please fully re-read.", reread=True),
    _says("The list of telephone numbers {was} changed.", "Please re-reference.", rereference=True),
    _says("The flowchart {was} redrawn.", "Please reference as required.", rereference=True),
    _says("Section {n}, {h} {was} amended.", sections="{n}"),
    _says("Section {n}, {h} {was} updated after the yearly audit.", sections="{n}"),
    _says("Section {n}, {h} and Section {m}, {g} have been shortened.", sections="{n} {m}"),
    _says("Sections {n}, {h} and {m}, {g} have been made one.", sections="{n} {m}"),
    _says("A new Section {n}, {h} {was} added.", sections="{n}"),
    _says("A paragraph on fathers {was} added (see Section {n}, {h}).", sections="{n}"),
    _says("Additional words on translation have been put into Section {n}, {h}.", sections="{n}"),
    _says("Minor revisions have been made to section {n}.", sections="{n}"),
    _says("Information about the rota {was} taken out of Appendix 2."),
    _says("In the part on meetings, the order of speakers {was} changed."),
    _says("The chapter now quotes Section 47 of the Children Act 1989 in plainer words."),
    _says("This chapter {was} amended to reflect section 31(3B) of the Children Act 1989."),
    _says("This chapter {was} amended in view of Sections 85 and 86 of the Children Act 1989."),
    _says("This chapter {was} changed to follow Section 3 of the Visits Regulations 2011."),
    _says("A link to the county's leaflet for children {was} added under Further Information."),
    _says("Links to the government's pages have been mended."),
    _says("The consent form {was} replaced with a shorter one."),
    _says("The chapter refers to this year's schools guidance, which replaces last year's."),
    _says("Definitions have been moved to the front."),
    _says("From 1 April carers may sign for school trips of up to four nights."),
    _says("Section {n}, Next Steps {was} updated.", sections="{n}"),
    _says("A search of the archive is now asked for; see Section {n}, Contents of the File.", sections="{n}"),
    _says("The telephone number of the next of kin is now written on the first page."),
    _says("Young people may share what they like of their plan; nobody may print it for them.", joins=False),
    _says("This chapter {was} updated to add the duty to tell the regulator in 24 hours (28 October 2023)."),
    _says("The chapter {was} reviewed against the framework of January 2023; no more than words changed."),
    _says("The phrase Personal Education Plan {was} replaced with learning plan."),
    _says(
        "A reminder of the duty under Section 22C(8)(c) of the Act stands in Section {n}, {h}.",
        sections="{n}",
    ),
    _says("The words 'special needs' gave way to 'additional needs' in Section {n}.{m}, {h}.", sections="{n}.{m}"),
    _says(
        "This chapter {was} substantially revised in light of a review of three cases.",
        "All staff who make visits should re-read it in full.",
        reread=True,
    ),
    _says(
        "This chapter {was} amended, and it now covers:",
        "• who is asked to the meeting;",
        "• who writes it up;",
        "• what the child is told.",
    ),
    _says(
        "The scope of the chapter {was} made wider.",
        "Also, Section {n}, {h} {was} taken out.",
        sections="{n}",
    ),
    _says(
        "In line with a ruling of 2018, a reference to delegation {was} inserted in Section {n}, {h}.",
        sections="{n}",
    ),
    _says("The Related Guidance section {was} expanded to include the national protocol on exploitation."),
    _says("Further Information now contains a link to the county's helpline for boys.", joins=False),
    _says("A definition of coercive control {was} included (Section 76 of the Serious Crime Act 2015)."),
    _says(
        "Clarification {was} provided on who may act (see Section {n}.{m}, {h}).", sections="{n}.{m}", joins=False
    ),
    _says("Amendments have been made to reflect the Domestic Abuse Act 2021."),
    _says("Section {n}, {h} {was} strengthened, and Section {m}, {g} deleted.", sections="{n} {m}"),
    _says("This procedure {was} reviewed locally and no changes were required."),
    _says("This guidance {was} reviewed and reissued; it should be read in its entirety.", reread=True),
    _says("This chapter {was} significantly revised and requires re-reading in full.", reread=True),
    _says(
        "Practitioners should familiarise themselves with this chapter, which has much that is new.", joins=False
    ),
    _says("The steps have been put in order in Sections {n} and {m}.", sections="{n} {m}"),
    _says("Appendix 3, Risk Matrix {was} replaced with a new version."),
    _says("Reference to the old board {was} removed and replaced by safeguarding partners.", joins=False),
    _says("The term Looked After {was} exchanged for In Care throughout."),
    _says("Section {n} ({h}) {was} updated.", sections="{n}"),
    _says("Section {n} - {h} now includes information on the Placement Order.", sections="{n}", joins=False),
    _says("See new Section {n}, {h} on the use of body maps.", sections="{n}", joins=False),
    _says("Updated to reflect the rules on Section 17 payments.", joins=False),
    _says("The wording follows the Children Act 1989 more closely.", joins=False),
    _says("Updated contact details.", "Please re-reference.", rereference=True),
    _says("An additional paragraph {was} put into section {n}, {h} (Regulation 8).", sections="{n}"),
    _says("The flowchart at the end of Section {n}.{m} {was} corrected.", sections="{n}.{m}"),
]
NEW = [
    _says("This chapter {was} added to the procedures manual."),
    _says("This chapter {was} added as new."),
    _says("This new chapter {was} added after the inspection."),
    _says("This is a local policy which {was} added as new."),
    _says("This is a new chapter which {was} added to outline our approach to Section 9 of the Act."),
    _says("This protocol {was} added as new."),
    _says("Added to the manual after the pilot of last year.", joins=False),
    _says("This chapter is about what workers carry with them. Papers are lost on trains; so are telephones."),
]
REPLACED = [
    _says("This chapter {was} re-titled (previously called {old}).", former=True),
    _says("This chapter {was} renamed; it was previously called {old}.", former=True),
    _says("This chapter {was} rewritten and replaces the previous chapter entitled {old}.", former=True),
    _says("This chapter {was} re-titled from {old}.", former=True),
    _says("This chapter, previously known as {old}, {was} updated and renamed.", former=True),
    _says("This chapter {was} retitled (formerly {old}).", former=True),
    _says("This chapter replaced the previous chapter called {old}.", former=True),
]
LINKS = [
    _says("A link to this document {was} added."),
    _says("A link to this guidance {was} added to the manual."),
    _says("A link to the pack {was} added."),
    _says("A link to the strategy {was} added to this manual."),
]
