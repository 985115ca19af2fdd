// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/desktop/dialogs/about_dialog.h"

#include "app/desktop/style/icons.h"
#include "app/desktop/style/parts.h"
#include "app/desktop/style/theme.h"

#include <QCoreApplication>
#include <QHeaderView>
#include <QTableWidget>
#include <QVBoxLayout>

namespace lathe::desktop {

struct Component {
    const char *name, *licence, *use;
};
/// What the two programs link, and the model that they fetch.
static constexpr Component kComponents[] = {
    {"Qt", "LGPL-3.0-only", QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "window")},
    {"MD4C", "MIT", QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "Markdown")},
    {"SQLite", "blessing", QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "chats")},
    {"volk", "MIT", QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "Vulkan loading")},
    {"Vulkan-Headers", "Apache-2.0", QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "Vulkan")},
    {"JSON for Modern C++", "MIT", QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "JSON")},
    {"tl::expected", "CC0-1.0", QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "results")},
    {"PCRE2", "BSD-3-Clause", QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "tokenizers")},
    {"utf8proc", "MIT", QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "tokenizers")},
    {"OpenSSL", "Apache-2.0", QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "SHA-256")},
    {"CLI11", "BSD-3-Clause", QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "command line")},
    {"SmolLM2-135M-Instruct", "Apache-2.0",
     QT_TRANSLATE_NOOP("lathe::desktop::AboutDialog", "default model, fetched separately")}};

static QTableWidget *componentTable()
{
    auto *table = new QTableWidget(int(std::size(kComponents)), 3);
    table->setObjectName("aboutLicences");
    table->setAccessibleName(AboutDialog::tr("Licences of components"));
    table->setHorizontalHeaderLabels(
        {AboutDialog::tr("Component"), AboutDialog::tr("Licence"), AboutDialog::tr("Used for")});
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setHighlightSections(false);
    int row = 0;
    for (const Component &component : kComponents) {
        table->setItem(row, 0, new QTableWidgetItem(component.name));
        table->setItem(row, 1, new QTableWidgetItem(component.licence));
        table->setItem(row, 2, new QTableWidgetItem(AboutDialog::tr(component.use)));
        ++row;
    }
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    table->setWordWrap(false);
    table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table->horizontalHeader()->setSectionResizeMode(2, QHeaderView::Stretch);
    return table;
}

AboutDialog::AboutDialog(const QString &engineVersion, QWidget *parent) : QDialog(parent)
{
    setObjectName("aboutDialog");
    setWindowTitle(tr("About Lathe"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(20, 20, 20, 16);
    column->setSpacing(12);
    auto *head = new QHBoxLayout;
    auto *picture = new QLabel;
    picture->setPixmap(applicationIcon().pixmap(QSize(scaled(64), scaled(64)), devicePixelRatioF()));
    auto *texts = new QVBoxLayout;
    texts->addWidget(roleLabel("title", tr("Lathe %1").arg(QCoreApplication::applicationVersion())));
    texts->addWidget(new QLabel(tr("A workbench for language models")));
    texts->addWidget(
        roleLabel("caption", tr("Engine %1 · Qt %2").arg(engineVersion, QLatin1String(qVersion()))));
    head->addWidget(picture);
    head->addLayout(texts, 1);
    column->addLayout(head);
    auto *licence =
        new QLabel(tr("Free software under the GNU General Public License, version 3 or later. It comes "
                      "without warranty. Lathe sends nothing anywhere: there is no telemetry."));
    licence->setObjectName("aboutLicence");
    licence->setWordWrap(true);
    column->addWidget(licence);
    auto *text = new QLabel(QStringLiteral("<a href=\"https://www.gnu.org/licenses/gpl-3.0.html\">%1</a>")
                                .arg(tr("Text of the licence (opens the browser)")));
    text->setObjectName("aboutLicenceText");
    text->setAccessibleName(tr("Text of the licence (opens the browser)"));
    text->setTextInteractionFlags(Qt::LinksAccessibleByMouse | Qt::LinksAccessibleByKeyboard);
    text->setOpenExternalLinks(true);
    column->addWidget(text);
    column->addWidget(componentTable(), 1);
    auto *close = textButton("aboutClose", {}, tr("Close"));
    connect(close, &QPushButton::clicked, this, &QDialog::accept);
    column->addWidget(close, 0, Qt::AlignRight);
    close->setFocus();
    resize(scaled(560), scaled(520));
}

} // namespace lathe::desktop
