"""Pipelines of every spec with few, random weights, as their own ``save_pretrained`` writes them.

Small as they are, they have every part of the real ones and are loaded as those are.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AnyFlowFARPipeline,
    AnyFlowFARTransformer3DModel,
    AutoencoderKLLTX2Audio,
    AutoencoderKLLTX2Video,
    AutoencoderKLLTXVideo,
    AutoencoderKLWan,
    FlowMapEulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    HeliosPipeline,
    HeliosScheduler,
    HeliosTransformer3DModel,
    LTX2Pipeline,
    LTX2VideoTransformer3DModel,
    LTXPipeline,
    LTXVideoTransformer3DModel,
    SkyReelsV2DiffusionForcingPipeline,
    SkyReelsV2Transformer3DModel,
    UniPCMultistepScheduler,
    WanPipeline,
    WanTransformer3DModel,
    WanVACEPipeline,
    WanVACETransformer3DModel,
)
from diffusers.pipelines.ltx2 import LTX2TextConnectors
from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder
from transformers import (
    ByT5Tokenizer,
    Gemma3Config,
    Gemma3ForConditionalGeneration,
    T5Config,
    T5EncoderModel,
    UMT5Config,
    UMT5EncoderModel,
)

AREAS = {"ltx2": 64 * 128}
"""Pixels in a picture of a model where ``AREA`` is too small for it."""

AREA = 32 * 64

WAN = {
    "patch_size": (1, 2, 2),
    "num_attention_heads": 2,
    "attention_head_dim": 12,
    "in_channels": 16,
    "out_channels": 16,
    "text_dim": 32,
    "freq_dim": 32,
    "ffn_dim": 32,
    "num_layers": 2,
}


def wan_vae() -> Any:
    vae = AutoencoderKLWan(
        base_dim=3,
        z_dim=16,
        dim_mult=[1, 1, 1, 1],
        num_res_blocks=1,
        temperal_downsample=[False, True, True],
    ).eval()
    vivid(vae.decoder.conv_out)
    return vae


def vivid(last: Any) -> None:
    """Have a decoder whose weights nobody trained use all of its colours."""
    with torch.no_grad():
        last.weight.mul_(10)


def umt5() -> Any:
    return UMT5EncoderModel(
        UMT5Config(
            vocab_size=384,
            d_model=32,
            d_kv=8,
            d_ff=37,
            num_layers=2,
            num_heads=4,
            relative_attention_num_buckets=8,
            is_encoder_decoder=False,
            tie_word_embeddings=False,
        )
    ).eval()


def wan_parts() -> dict[str, Any]:
    """What every pipeline made from Wan has."""
    return {"tokenizer": ByT5Tokenizer(), "text_encoder": umt5(), "vae": wan_vae()}


def unipc() -> Any:
    return UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
    )


def wan(*, expand_timesteps: bool = False) -> Any:
    transformer = WanTransformer3DModel(
        **WAN, cross_attn_norm=True, qk_norm="rms_norm_across_heads", rope_max_seq_len=64
    ).eval()
    return WanPipeline(
        **wan_parts(),
        transformer=transformer,
        scheduler=unipc(),
        expand_timesteps=expand_timesteps,
    )


def vace() -> Any:
    transformer = WanVACETransformer3DModel(
        **WAN,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=64,
        vace_layers=[0],
        vace_in_channels=96,
    ).eval()
    return WanVACEPipeline(**wan_parts(), transformer=transformer, scheduler=unipc())


def helios() -> Any:
    transformer = HeliosTransformer3DModel(**WAN, rope_dim=(4, 4, 4)).eval()
    scheduler = HeliosScheduler(stages=1, stage_range=[0, 1])
    return HeliosPipeline(**wan_parts(), transformer=transformer, scheduler=scheduler)


def anyflow() -> Any:
    transformer = AnyFlowFARTransformer3DModel(
        **WAN, compressed_patch_size=(1, 4, 4), rope_max_seq_len=64, chunk_partition=(1, 3)
    ).eval()
    scheduler = FlowMapEulerDiscreteScheduler()
    return AnyFlowFARPipeline(**wan_parts(), transformer=transformer, scheduler=scheduler)


def skyreels() -> Any:
    transformer = SkyReelsV2Transformer3DModel(
        **WAN, rope_max_seq_len=64, num_frame_per_block=5
    ).eval()
    return SkyReelsV2DiffusionForcingPipeline(
        **wan_parts(), transformer=transformer, scheduler=unipc()
    )


def ltx() -> Any:
    transformer = LTXVideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        num_layers=2,
        caption_channels=32,
    ).eval()
    vae = AutoencoderKLLTXVideo(
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1, 1),
        encoder_causal=True,
        decoder_causal=False,
    ).eval()
    text = T5EncoderModel(
        T5Config(vocab_size=384, d_model=32, d_kv=8, d_ff=37, num_layers=2, num_heads=4)
    ).eval()
    return LTXPipeline(
        tokenizer=ByT5Tokenizer(),
        text_encoder=text,
        vae=vae,
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(),
    )


def gemma() -> Any:
    text = {
        "vocab_size": 384,
        "hidden_size": 32,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
        "max_position_embeddings": 2048,
        "sliding_window": 64,
    }
    vision = {
        "hidden_size": 8,
        "intermediate_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 1,
        "image_size": 28,
        "patch_size": 14,
    }
    tokens = {"image_token_index": 381, "boi_token_index": 382, "eoi_token_index": 383}
    config = Gemma3Config(text_config=text, vision_config=vision, mm_tokens_per_image=1, **tokens)
    return Gemma3ForConditionalGeneration(config).eval()


def connectors() -> Any:
    return LTX2TextConnectors(
        caption_channels=32,
        text_proj_in_factor=3,
        video_connector_num_attention_heads=4,
        video_connector_attention_head_dim=8,
        video_connector_num_layers=1,
        video_connector_num_learnable_registers=None,
        audio_connector_num_attention_heads=4,
        audio_connector_attention_head_dim=8,
        audio_connector_num_layers=1,
        audio_connector_num_learnable_registers=None,
        connector_rope_base_seq_len=32,
        rope_theta=10000.0,
        rope_double_precision=False,
        causal_temporal_positioning=False,
        rope_type="split",
    ).eval()


def ltx2_sound() -> dict[str, Any]:
    vae = AutoencoderKLLTX2Audio(
        base_channels=4,
        output_channels=2,
        ch_mult=(1,),
        num_res_blocks=1,
        attn_resolutions=None,
        in_channels=2,
        resolution=32,
        latent_channels=2,
        norm_type="pixel",
        causality_axis="height",
        dropout=0.0,
        mid_block_add_attention=False,
        sample_rate=16000,
        mel_hop_length=160,
        is_causal=True,
        mel_bins=8,
    ).eval()
    vocoder = LTX2Vocoder(
        in_channels=16,
        hidden_channels=32,
        out_channels=2,
        upsample_kernel_sizes=[10, 16],
        upsample_factors=[10, 16],
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
        leaky_relu_negative_slope=0.1,
        output_sampling_rate=16000,
    ).eval()
    return {"audio_vae": vae, "vocoder": vocoder}


def ltx2() -> Any:
    transformer = LTX2VideoTransformer3DModel(
        in_channels=4,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=4,
        audio_cross_attention_dim=8,
        num_layers=2,
        caption_channels=32,
        rope_double_precision=False,
        rope_type="split",
    ).eval()
    vae = AutoencoderKLLTX2Video(
        latent_channels=4,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1),
        spatial_compression_ratio=32,
        temporal_compression_ratio=8,
        timestep_conditioning=False,
        encoder_causal=True,
        decoder_causal=False,
    ).eval()
    return LTX2Pipeline(
        tokenizer=ByT5Tokenizer(),
        text_encoder=gemma(),
        connectors=connectors(),
        transformer=transformer,
        vae=vae,
        scheduler=FlowMatchEulerDiscreteScheduler(),
        **ltx2_sound(),
    )


MAKERS: dict[str, Callable[[], Any]] = {
    "wan": wan,
    "ti2v": lambda: wan(expand_timesteps=True),
    "vace": vace,
    "ltx": ltx,
    "ltx2": ltx2,
    "helios": helios,
    "anyflow": anyflow,
    "skyreels": skyreels,
}


def save(name: str, folder: Path) -> Path:
    """The folder of a model of this name, made in ``folder``."""
    torch.manual_seed(0)
    MAKERS[name]().save_pretrained(folder / f"tiny-{name}")
    return folder / f"tiny-{name}"
