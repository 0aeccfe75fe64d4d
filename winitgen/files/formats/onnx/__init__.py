"""ONNX models, of which the initializers are read: read only."""
