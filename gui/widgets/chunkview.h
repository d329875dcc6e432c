// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtWidgets/QTableView>

class ChunkModel;

/// The list of chunks. It follows new chunks until the user scrolls up, and again once they scroll to the end; a click does not
/// stop it. Visible rows stay in place when older ones are dropped.
class ChunkView : public QTableView
{
    Q_OBJECT
public:
    explicit ChunkView(ChunkModel *model, QWidget *parent = nullptr);

    bool isFollowing() const { return m_following; }
    void setFollowing(bool following);
    /// Selects rows and shows the first of them.
    void showRows(int first, int last);

Q_SIGNALS:
    void followingChanged(bool following);

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void setUpHeaders();
    void connectModel();
    void noteScrolling();
    void stayAtEnd();

    ChunkModel *m_chunks;
    bool m_following = true;
};
