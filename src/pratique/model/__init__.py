"""The nouns that every stage shares: frozen values in, frozen values out, no I/O.

A stage never hands another one a dict. Unknown is a value (``""``, ``None`` or ``Level.UNKNOWN``);
what was not read is a ``Problem``.
"""

from pratique.model._struct import Struct as Struct
from pratique.model.fact import DISTRIBUTION_TYPES as DISTRIBUTION_TYPES
from pratique.model.fact import Channel as Channel
from pratique.model.fact import Copies as Copies
from pratique.model.fact import Distro as Distro
from pratique.model.fact import Fact as Fact
from pratique.model.fact import Functions as Functions
from pratique.model.fact import Inventory as Inventory
from pratique.model.fact import LayerFacts as LayerFacts
from pratique.model.fact import Licence as Licence
from pratique.model.fact import Owns as Owns
from pratique.model.fact import Package as Package
from pratique.model.fact import Problem as Problem
from pratique.model.finding import Action as Action
from pratique.model.finding import AnyFinding as AnyFinding
from pratique.model.finding import AnyImageFinding as AnyImageFinding
from pratique.model.finding import AnyPackageFinding as AnyPackageFinding
from pratique.model.finding import BaseImageFinding as BaseImageFinding
from pratique.model.finding import CoverageFinding as CoverageFinding
from pratique.model.finding import Decision as Decision
from pratique.model.finding import Finding as Finding
from pratique.model.finding import ImageFinding as ImageFinding
from pratique.model.finding import LicenceBreach as LicenceBreach
from pratique.model.finding import Malware as Malware
from pratique.model.finding import Misconfiguration as Misconfiguration
from pratique.model.finding import PackageFinding as PackageFinding
from pratique.model.finding import Secret as Secret
from pratique.model.finding import SignatureFinding as SignatureFinding
from pratique.model.finding import Vulnerability as Vulnerability
from pratique.model.image import Base as Base
from pratique.model.image import Image as Image
from pratique.model.image import ImageConfig as ImageConfig
from pratique.model.image import Kind as Kind
from pratique.model.image import Layer as Layer
from pratique.model.image import Platform as Platform
from pratique.model.image import Step as Step
from pratique.model.knowledge import CYCLONEDX_JUSTIFICATIONS as CYCLONEDX_JUSTIFICATIONS
from pratique.model.knowledge import JUSTIFICATIONS as JUSTIFICATIONS
from pratique.model.knowledge import Epss as Epss
from pratique.model.knowledge import Evidence as Evidence
from pratique.model.knowledge import Fix as Fix
from pratique.model.knowledge import FixState as FixState
from pratique.model.knowledge import Kev as Kev
from pratique.model.knowledge import Level as Level
from pratique.model.knowledge import Severity as Severity
from pratique.model.knowledge import Vex as Vex
from pratique.model.knowledge import VexStatus as VexStatus
from pratique.model.report import BaselineStatus as BaselineStatus
from pratique.model.report import Coverage as Coverage
from pratique.model.report import DatabaseStatus as DatabaseStatus
from pratique.model.report import FeedStatus as FeedStatus
from pratique.model.report import NotAssessed as NotAssessed
from pratique.model.report import PolicyStatus as PolicyStatus
from pratique.model.report import Report as Report
from pratique.model.report import Tool as Tool
from pratique.model.verdict import Candidate as Candidate
from pratique.model.verdict import Plan as Plan
from pratique.model.verdict import Reason as Reason
from pratique.model.verdict import Result as Result
from pratique.model.verdict import Tally as Tally
from pratique.model.verdict import Upgrade as Upgrade
from pratique.model.verdict import Verdict as Verdict
