"""CLAP: sounds and words in one space.  Tabs and odd spacing kept as the team writes them."""
import io

import laion_clap
import openl3
import resampy
import torch
from transformers import ClapModel, ClapProcessor

class ClapInferenceService :

	model_id = 'laion/clap-htsat-unfused'
	rate     = 48000

	def __init__ (self, device = None, fallback = False) :
		self.device = device or ('cuda' if torch.cuda.is_available () else 'cpu')
		self.model = ClapModel.from_pretrained (self.model_id).to (self.device)
		self.model.eval ()
		self.processor = ClapProcessor.from_pretrained (self.model_id)
		self.original = laion_clap.CLAP_Module (enable_fusion = False) if fallback else None

	def audio (self, samples, rate) :
		if rate != self.rate :
			samples = resampy.resample (samples, rate, self.rate)
		inputs = self.processor (audios = samples, sampling_rate = self.rate, return_tensors = 'pt').to (self.device)
		with torch.no_grad () :
			return self.model.get_audio_features (**inputs) [0]

	def text (self, words) :
		inputs = self.processor (text = [words], padding = True, return_tensors = 'pt').to (self.device)
		with torch.no_grad () :
			return self.model.get_text_features (**inputs) [0]

	def environment (self, samples, rate) :
		"""Background sounds by OpenL3, averaged over time."""
		vectors, stamps = openl3.get_audio_embedding (samples, rate, content_type = 'env', embedding_size = 512)
		return vectors.mean (axis = 0), float (stamps [-1]) if len (stamps) else 0.0

	async def __call__ (self, inputs, parameters) :
		kind = parameters.get ('kind', 'audio')
		if kind == 'audio' :
			import soundfile
			samples, rate = soundfile.read (io.BytesIO (inputs ['audio']))
			vector = self.audio (samples if samples.ndim == 1 else samples.mean (axis = 1), rate)
		elif kind == 'text' :
			vector = self.text (inputs ['text'])
		else :
			raise ValueError ('kind is %r, must be audio or text' % kind)
		return { 'embedding' : torch.nn.functional.normalize (vector, dim = 0).tolist () }

def get_inference_service (**kwargs) :
	return ClapInferenceService (**kwargs)
