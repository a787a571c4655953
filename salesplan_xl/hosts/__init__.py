"""The places a plan can be open in. A host moves cells and decides nothing."""
