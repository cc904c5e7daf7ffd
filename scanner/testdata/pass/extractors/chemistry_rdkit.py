"""Molecules to fingerprints, sequences to k-mers."""
import itertools
import re
from collections import Counter
from functools import partial
from typing import Iterator, NamedTuple, Optional

import numpy as np
import rdkit
from Bio import SeqIO
from Bio.Seq import Seq
from Bio.SeqUtils import gc_fraction
from rdkit import Chem, DataStructs, RDLogger
from rdkit.Chem import AllChem, Descriptors, MACCSkeys
from rdkit.Chem.Scaffolds import MurckoScaffold

RDLogger.DisableLog("rdApp.*")
SMILES = re.compile(r"^[A-Za-z0-9@+\-\[\]()=#$:.%/\\*]+$")
CODONS = ["".join(c) for c in itertools.product("ACGT", repeat=3)]


class Molecule(NamedTuple):
    smiles: str
    weight: float
    logp: float
    rings: int


class Invalid(ValueError):
    pass


def parse(smiles: str) -> "Chem.Mol":
    if not SMILES.match(smiles):
        raise Invalid("characters that SMILES does not have: %s" % set(re.sub(SMILES, "", smiles)))
    molecule = Chem.MolFromSmiles(smiles)
    if molecule is None:
        raise Invalid(smiles)
    return molecule


def describe(m: "Chem.Mol") -> Molecule:
    return Molecule(Chem.MolToSmiles(m, canonical=True), Descriptors.MolWt(m), Descriptors.MolLogP(m), m.GetRingInfo().NumRings())


def fingerprint(m: "Chem.Mol", bits: int = 2048, radius: int = 2) -> np.ndarray:
    out = np.zeros(bits, dtype=np.uint8)
    DataStructs.ConvertToNumpyArray(AllChem.GetMorganFingerprintAsBitVect(m, radius, nBits=bits), out)
    return out


ecfp6 = partial(fingerprint, radius=3)


def scaffold(m: "Chem.Mol") -> Optional[str]:
    return MurckoScaffold.MurckoScaffoldSmiles(mol=m) or None


def tanimoto(a: np.ndarray, b: np.ndarray) -> float:
    both = int((a & b).sum())
    return both / max(1, int(a.sum()) + int(b.sum()) - both)


def kmers(sequence: str, k: int = 3) -> Iterator[str]:
    sequence = sequence.upper().replace("U", "T")
    yield from (sequence[i:i + k] for i in range(len(sequence) - k + 1))


def dna_vector(sequence: str) -> np.ndarray:
    counts = Counter(kmers(sequence)) + Counter(kmers(str(Seq(sequence).reverse_complement())))
    vector = np.array([counts[c] for c in CODONS], dtype=float)
    return vector / max(1.0, vector.sum())


def fasta(handle) -> dict:
    return {r.id: {"embedding": dna_vector(str(r.seq)).tolist(), "gc": gc_fraction(r.seq), "protein": str(r.seq.translate(to_stop=True))} for r in SeqIO.parse(handle, "fasta")}


class RealtimeHandler:
    version = rdkit.__version__

    def predict(self, request):
        m = parse(request["smiles"])
        bits = ecfp6(m) if request.get("wide") else fingerprint(m)
        keys = list(MACCSkeys.GenMACCSKeys(m).GetOnBits())
        return {"embedding": bits.astype(float).tolist(), **describe(m)._asdict(), "scaffold": scaffold(m), "maccs": keys}
