"""How is a program said in the formats of others? SCXML, BPMN, CEL and JSON, one file for each."""
