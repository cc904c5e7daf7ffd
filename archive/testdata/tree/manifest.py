metadata = {
    "feature_extractor_name": "text_embed",
    "version": "1.0.0",
    "description": "What every honest archive of this folder holds.",
}
