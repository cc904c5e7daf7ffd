"""このファイルは BOM 付き UTF-8 で保存されています。"""
import re
import unicodedata

import jieba
import MeCab
from underthesea import word_tokenize

かな = re.compile(r"[ぁ-んァ-ヶー]+")
漢字 = re.compile(r"[\u4e00-\u9fff々〆〤]+")
句読点 = "、。「」・…"


class 形態素解析器:
    """文を単語に分ける。"""

    def __init__(self, 辞書=""):
        self.タガー = MeCab.Tagger(辞書)

    def __call__(self, 文):
        結果 = []
        for 行 in self.タガー.parse(文).splitlines():
            if 行 == "EOS":
                break
            表層形, _, 素性 = 行.partition("\t")
            品詞 = 素性.split(",")[0]
            if 品詞 not in ("助詞", "記号"):
                結果.append(表層形)
        return 結果


def 正規化(文):
    文 = unicodedata.normalize("NFKC", 文)
    return "".join(字 for 字 in 文 if 字 not in 句読点)


def 割合(文):
    """かなと漢字の割合を返す。"""
    全体 = len(文) or 1
    return {
        "かな": sum(map(len, かな.findall(文))) / 全体,
        "漢字": sum(map(len, 漢字.findall(文))) / 全体,
    }


def 中文(文本):
    """用结巴分词。"""
    return [词 for 词 in jieba.cut(文本, cut_all=False) if 词.strip()]


def tiếng_việt(văn_bản):
    return word_tokenize(văn_bản, format="text")


def main():
    解析器 = 形態素解析器()
    print(解析器(正規化("これはテストです。")), 割合("漢字とかな"), 中文("我爱自然语言处理"))


if __name__ == "__main__":
    main()
